// The daemon's command line, and its configuration file, which says the same in JSON
// (/etc/minidock/daemon.json). The names of both are Docker's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "minidock/registry/settings.hpp"

namespace minidock::apps {

struct DaemonOptions {
    std::string config_file = "/etc/minidock/daemon.json";
    std::vector<std::string> hosts{
        "unix:///run/minidock.sock"};  ///< the first one is a Unix socket
    std::string group = "minidock";    ///< may use the socket
    std::string data_root = "/var/lib/minidock";
    std::string exec_root = "/run/minidock";
    std::string pid_file;  ///< empty: none is written
    std::string runtime;   ///< path of the OCI runtime; the default stands beside the daemon
    std::string cgroup_parent = "/minidock";
    std::string tls_authority;
    std::string tls_certificate;
    std::string tls_key;
    bool tls_verify = false;
    registry::Settings registries;
    std::string bridge = "minidock0";    ///< of the network "bridge"; "none": there is none
    std::string nft_table = "minidock";  ///< of the family inet
    bool debug = false;
    std::vector<std::string> given;  ///< the options that the command line has: the file must not

    /// The path of the Unix socket; "fd://" for one that systemd has opened for us.
    [[nodiscard]] std::string socket() const;
    /// The addresses besides that one.
    [[nodiscard]] std::vector<std::string> tcp_hosts() const;
};

/// Reads the command line, and the configuration file where there is one.
/// @return nothing when all is said (--help, or a complaint) and the program is to end with `code`
std::optional<DaemonOptions> parse_daemon_options(int argc, char** argv, int& code);

/// Puts what a configuration file says into the options.
/// @param given  names of options of the command line, which the file must not repeat
/// @throws BadParameter naming what is unknown, of a wrong type, or said twice
void read_config_file(const std::string& path, const std::vector<std::string>& given,
                      DaemonOptions& options);

}  // namespace minidock::apps
