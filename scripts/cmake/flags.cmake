# How every file is compiled, and where programs land.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
# Release keeps its assertions out and its symbols in: a student may want a backtrace.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # It sees overlaps in std::string's own assignments (GCC bug 105329).
  add_compile_options(-Wno-restrict)
endif()
# A struct's defaults are there to be left out: {.path = p} says all that differs.
add_compile_options(-Wno-missing-field-initializers)
add_compile_definitions(_GNU_SOURCE)
include_directories(${CMAKE_SOURCE_DIR})

option(MINIDOCK_WERROR "Treat warnings as errors" OFF)
if(MINIDOCK_WERROR)
  add_compile_options(-Werror)
endif()

find_program(MINIDOCK_CCACHE ccache)
if(MINIDOCK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MINIDOCK_CCACHE})
endif()
