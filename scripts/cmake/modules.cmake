# The engine's modules, in chapter order. A module may use only modules that stand before it in
# this list; minidock_module() refuses anything else, and tests/layering reads this list, one module
# a line with its chapter, and checks the #include lines against it.
set(MINIDOCK_MODULES
    base        # chapter 00
    namespaces  # chapter 01
    cgroups     # chapter 02
    rootfs      # chapter 03
    security    # chapter 04
    runtime     # chapter 05
    image       # chapter 06
    registry    # chapter 07
    http        # chapter 08
    shim        # chapter 08
    containers  # chapter 08
    api         # chapter 08
    client      # chapter 08
    volumes     # chapter 09
    networks    # chapter 10
    builder     # chapter 11
    cluster     # chapter 12
)

# minidock_module(NAME [USES module...] [LINKS library...])
# One library target, minidock_NAME, of the .cpp files in this folder. What a later chapter brings
# to the client stands in the folder client/ of its module, and is a library of its own,
# minidock_NAME_client, which needs nothing of the daemon's.
function(minidock_module name)
  cmake_parse_arguments(ARG "" "" "USES;LINKS" ${ARGN})
  list(FIND MINIDOCK_MODULES ${name} own_place)
  if(own_place EQUAL -1)
    message(FATAL_ERROR "module ${name} is not in the table of scripts/cmake/modules.cmake")
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(client_sources ${sources})
  list(FILTER client_sources INCLUDE REGEX "^${CMAKE_CURRENT_SOURCE_DIR}/client/")
  if(client_sources)
    list(REMOVE_ITEM sources ${client_sources})
    add_library(minidock_${name}_client STATIC ${client_sources})
    target_link_libraries(minidock_${name}_client PUBLIC minidock_client)
  endif()
  add_library(minidock_${name} STATIC ${sources})
  foreach(used IN LISTS ARG_USES)
    list(FIND MINIDOCK_MODULES ${used} place)
    if(place EQUAL -1 OR NOT place LESS own_place)
      message(FATAL_ERROR "module ${name} may not use ${used}: a module uses only earlier ones")
    endif()
    target_link_libraries(minidock_${name} PUBLIC minidock_${used})
  endforeach()
  target_link_libraries(minidock_${name} PUBLIC ${ARG_LINKS})
endfunction()

# minidock_program(NAME [STATIC] USES module... [LINKS library...])
# One program of the .cpp files named after SOURCES.
function(minidock_program name)
  cmake_parse_arguments(ARG "STATIC" "" "SOURCES;USES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  foreach(used IN LISTS ARG_USES)
    target_link_libraries(${name} PRIVATE minidock_${used})
  endforeach()
  target_link_libraries(${name} PRIVATE ${ARG_LINKS})
  if(ARG_STATIC AND MINIDOCK_STATIC)
    # Their start is on the path of every container, and their memory is paid once a container:
    # no dynamic loader, no relocations.
    target_link_options(${name} PRIVATE -static -Wl,--gc-sections)
  endif()
  install(TARGETS ${name} RUNTIME DESTINATION bin)
endfunction()
