// What the daemon tells a shim on its command line. Daemon and shim share this file, so that the
// two cannot disagree: one writes the arguments, the other reads them. See getopt_long(3).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace minidock::shim {

/// The descriptors that a shim is born with, besides the standard three.
inline constexpr int control_fd = 3;  ///< a socket to the daemon that starts it (protocol.hpp)
inline constexpr int explain_fd = 4;  ///< where its trace goes, when `explain` is set

struct Options {
    std::string id;
    std::string folder;              ///< the container's own: bundle/, upper/, work/ (protocol.hpp)
    std::string run_folder;          ///< for as long as it runs: shim.sock, pid
    std::string runtime;             ///< the OCI runtime's program: minirun, runc, crun
    std::string runtime_root;        ///< where the runtime keeps its state (--root)
    std::string cgroup;              ///< linux.cgroupsPath of the bundle
    std::string log;                 ///< the json-file log; empty: none is kept
    std::uint64_t log_max_size = 0;  ///< bytes after which a new file is begun; 0: never
    std::uint16_t log_max_files = 0;  ///< how many are kept
    bool log_compress = false;        ///< all but the newest are packed
    std::vector<std::string> layers;  ///< the image's unpacked layers, lowest first
    std::uint16_t columns = 0;        ///< the terminal's first size; 0: unknown
    std::uint16_t rows = 0;
    bool terminal = false;    ///< process.terminal of the bundle
    bool open_stdin = false;  ///< otherwise the container reads /dev/null
    bool stdin_once = false;  ///< the first client that ends its input ends the container's
    bool discard = false;     ///< the writable layer goes when the container ends (docker run --rm)
    bool explain = false;

    /// The command line that stands for these options, with argv[0].
    [[nodiscard]] std::vector<std::string> to_arguments() const;
    /// Reads a command line. @throws BadParameter naming the argument
    static Options parse(int argc, char** argv);
};

}  // namespace minidock::shim
