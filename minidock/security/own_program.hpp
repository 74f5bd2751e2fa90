// The runtime's own executable must not be written by what it runs. A process inside a container
// can get at the file: as /proc/self/exe when the container's program is a link to that, and so be
// given a descriptor of the host's minirun, to be opened again for writing once nobody runs it. The
// next container would then be started by the attacker's program, as root (CVE-2019-5736).
//
// So whatever enters a container runs from a mount of the file that is read-only and has no name:
// there is no way from there to a mount that can be written. It takes two calls and an execve(2);
// unlike a copy in memory it takes no memory, since the pages are those of the file itself.
#pragma once

namespace minidock::security {

/// Comes back only when the calling program runs from a file that cannot be written through
/// /proc/self/exe; else it starts the program again from one that cannot.
/// @param arguments as main() got them
void run_from_protected_program(char** arguments);

}  // namespace minidock::security
