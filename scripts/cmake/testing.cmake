# Tests are GoogleTest programs; each of their tests is one of ctest's. A label says what a test
# needs: "unit" nothing, "root" root and the kernel's features, "e2e" the installed programs.

enable_testing()
find_package(GTest REQUIRED)
include(GoogleTest)

# minidock_test(NAME LABEL label SOURCES file... [USES module...] [LINKS library...]
#               [LOCK name])  tests with the same lock run one after the other
function(minidock_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT;LOCK" "SOURCES;USES;LINKS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  foreach(used IN LISTS ARG_USES)
    target_link_libraries(${name} PRIVATE minidock_${used})
  endforeach()
  # A test spends its time in waiting, and its compiler in optimising it.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O0>)
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} minidock_test_support GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    MINIDOCK_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}"
    MINIDOCK_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  # tests/leftovers looks at the machine before and after all tests that may change it.
  if(NOT ARG_LABEL STREQUAL unit)
    set(needs FIXTURES_REQUIRED machine)
    # Programs in namespaces of their own, and under strace, cannot be looked through for leaks.
    if(MINIDOCK_SANITIZE)
      list(APPEND needs ENVIRONMENT ASAN_OPTIONS=detect_leaks=0)
    endif()
  endif()
  if(ARG_LOCK)
    list(APPEND needs RESOURCE_LOCK ${ARG_LOCK})
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${ARG_LABEL}."
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} ${needs})
endfunction()
