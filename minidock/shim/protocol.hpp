// How the daemon and a container's shim talk, and what the shim leaves on disk.
//
// The daemon can be killed at any moment, so the shim depends on it for nothing: it serves a Unix
// socket, to which a daemon that comes back connects again, and it writes the container's end to a
// file before it tells anybody.
//
// Sockets. They are of type SOCK_SEQPACKET: one packet is one message, a line of words.
//
//   control_fd            the shim is born with this one; the daemon has put `attach` messages of
//                         clients that came before the start in it. It watches from the beginning.
//   RUN_FOLDER/shim.sock  one request per connection, answered with one report; a connection that
//                         asked to `watch` gets further reports until the end.
//
//   requests                                    reports
//   watch                                       started PID
//   attach STREAMS KEYS    + client's socket    failed EXIT_CODE MESSAGE…
//   resize EXEC|- COLUMNS ROWS                  exited EXIT_CODE OOM_KILLED TIME
//   kill SIGNAL                                 done
//   exec EXEC TERMINAL COLUMNS ROWS             refused MESSAGE…
//        STREAMS KEYS      + client's socket
//
// A connection that asked for an `exec` is told of that program's start and end, and of nothing
// else.
//
// Files.
//   FOLDER/bundle/config.json  the OCI bundle; the daemon writes it before it starts the shim
//   FOLDER/upper, FOLDER/work  the writable layer of the overlay on bundle/rootfs, which is mounted
//                              in the shim's own mount namespace only
//   FOLDER/exit.json           how it ended (ExitRecord): there before anybody is told, and before
//                              shim.sock goes away
//   RUN_FOLDER/EXEC.json       the process of an exec, as the runtime takes it; from the daemon,
//   and
//                              gone when the program runs
//   RUN_FOLDER/pid             the container's first process, by the runtime
//   RUN_FOLDER/runtime.log     the runtime's words (--log-format json)
// The shim removes RUN_FOLDER when the container has ended.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace minidock::shim {

/// "Tell me when it has started and when it ends."
struct Watch {};

/// "Serve this client." The client's socket comes with the message; a second descriptor, where
/// there is one, is a file with what the client had already sent.
struct Attach {
    bool input = false;
    bool output = false;
    bool errors = false;
    std::string detach_keys;  ///< the bytes that end the client's attachment; none: nothing does
};

/// "The client's window has changed."
struct Resize {
    std::uint16_t columns = 0;
    std::uint16_t rows = 0;
    std::string exec{};  ///< whose terminal; empty: the container's own
};

/// "Run a further program in the container." RUN_FOLDER/EXEC.json says which. A client's socket may
/// come with the message, as with Attach; without one nobody sees its output.
struct Exec {
    std::string id;
    bool terminal = false;
    std::uint16_t columns = 0;  ///< the terminal's first size; 0: unknown
    std::uint16_t rows = 0;
    Attach streams;
};

/// "Send the container's first process a signal."
struct Kill {
    int signal = 0;
};

using Request = std::variant<Watch, Attach, Resize, Kill, Exec>;

/// The container's program runs.
struct Started {
    pid_t pid = 0;  ///< as the host sees it
};

/// The runtime could not start it; the container is as it was before.
struct Failed {
    int exit_code = 0;  ///< 126 not executable, 127 not found, else 128
    std::string message;
};

/// It has ended.
struct Exited {
    int exit_code = 0;  ///< 128 + the signal's number where one ended it
    bool oom_killed = false;
    std::string time;  ///< RFC 3339
};

struct Done {};

struct Refused {
    std::string message;
};

using Report = std::variant<Started, Failed, Exited, Done, Refused>;

std::string to_message(const Request& request);
std::string to_message(const Report& report);
/// @throws BadParameter when it is none
Request parse_request(std::string_view message);
/// @throws BadParameter when it is none
Report parse_report(std::string_view message);

/// FOLDER/exit.json.
using ExitRecord = std::variant<Exited, Failed>;
void write_exit_record(const std::string& folder, const ExitRecord& record);
/// @return nothing when the container has not ended, or its shim was killed
std::optional<ExitRecord> read_exit_record(const std::string& folder);
void remove_exit_record(const std::string& folder);

}  // namespace minidock::shim
