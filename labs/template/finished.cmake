# In a workspace, a module is what is there of its sources, and its finished library for the rest.
# The two may need each other. The linker goes through its command line once, so both are named
# there as often as the chain of files that need one another may go back and forth.
function(minidock_module name)
  cmake_parse_arguments(ARG "" "" "USES;LINKS" ${ARGN})
  list(TRANSFORM ARG_USES PREPEND minidock_)
  add_library(finished_${name} STATIC IMPORTED GLOBAL)
  set_target_properties(finished_${name} PROPERTIES
    IMPORTED_LOCATION ${CMAKE_SOURCE_DIR}/.lab/finished/libminidock_${name}.a
    INTERFACE_LINK_LIBRARIES "${ARG_USES};${ARG_LINKS}"
    IMPORTED_LINK_INTERFACE_MULTIPLICITY 4)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    # Not an interface library: the module's CMake list may say more of its target.
    set(sources ${CMAKE_CURRENT_BINARY_DIR}/finished.cpp)
    file(WRITE ${sources} "")
  endif()
  add_library(minidock_${name} STATIC ${sources})
  target_link_libraries(minidock_${name} PUBLIC finished_${name} ${ARG_USES} ${ARG_LINKS})
  set_target_properties(minidock_${name} PROPERTIES LINK_INTERFACE_MULTIPLICITY 4)
  set_property(TARGET finished_${name}
    APPEND PROPERTY INTERFACE_LINK_LIBRARIES minidock_${name})
endfunction()

# Takes the finished object of each source below `folder` that is as it was handed out. An edited
# source is compiled: CMake runs again when one changes.
function(use_finished_objects folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(sources ${target} SOURCES)
    if(NOT sources)
      continue()
    endif()
    set(chosen "")
    foreach(source IN LISTS sources)
      set(object ${CMAKE_SOURCE_DIR}/.lab/finished/objects/${target}/${source})
      if(EXISTS ${object}.sha256)
        set_property(DIRECTORY ${CMAKE_SOURCE_DIR}
          APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/${source})
        file(SHA256 ${folder}/${source} digest)
        file(READ ${object}.sha256 handed_out)
        if(digest STREQUAL handed_out)
          set(source ${object}.o)
        endif()
      endif()
      list(APPEND chosen ${source})
    endforeach()
    set_target_properties(${target} PROPERTIES SOURCES "${chosen}" LINKER_LANGUAGE CXX)
  endforeach()
  get_property(inner DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(subfolder IN LISTS inner)
    use_finished_objects(${subfolder})
  endforeach()
endfunction()
