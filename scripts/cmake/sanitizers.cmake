# MINIDOCK_SANITIZE is a list for -fsanitize=: "address,undefined" or "thread". Sanitizers need
# their shared run-time library, so the programs that are otherwise linked statically are not.

set(MINIDOCK_SANITIZE "" CACHE STRING "Sanitizers to build with, as for -fsanitize=")
option(MINIDOCK_COVERAGE "Count the lines that the tests reach (gcov)" OFF)
set(MINIDOCK_STATIC ON)

if(MINIDOCK_SANITIZE)
  add_compile_options(-fsanitize=${MINIDOCK_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MINIDOCK_SANITIZE})
  set(MINIDOCK_STATIC OFF)
endif()

if(MINIDOCK_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
