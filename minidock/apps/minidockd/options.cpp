#include "minidock/apps/minidockd/options.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "minidock/base/child.hpp"

namespace minidock::apps {
namespace {

constexpr std::string_view unix_scheme = "unix://";

bool is_unix(const std::string& host) {
    return host.starts_with(unix_scheme) || host.starts_with('/') || host == "fd://";
}

std::string known_scheme(const std::string& host) {
    if (is_unix(host) || host.starts_with("tcp://")) return {};
    return "want unix://PATH, fd:// or tcp://ADDRESS:PORT";
}

void add_options(CLI::App& app, DaemonOptions& options) {
    app.option_defaults()->always_capture_default();
    app.add_option("--config-file", options.config_file, "Configuration file of the daemon");
    app.add_option("-H,--host", options.hosts, "Where clients reach the daemon")
        ->allow_extra_args(false)
        ->check(CLI::Validator{known_scheme, "unix://PATH|fd://|tcp://ADDRESS:PORT"});
    app.add_option("-G,--group", options.group, "Group that may use the Unix socket");
    app.add_option("--data-root", options.data_root, "Folder of images and containers");
    app.add_option("--exec-root", options.exec_root, "Folder of what lasts until the next boot");
    app.add_option("-p,--pidfile", options.pid_file, "File to write the daemon's PID to");
    app.add_option("--default-runtime", options.runtime,
                   "OCI runtime that makes the containers: minirun, runc, crun");
    app.add_option("--cgroup-parent", options.cgroup_parent,
                   "Cgroup to keep containers' groups in");
    app.add_flag("--tlsverify", options.tls_verify,
                 "Serve TCP with TLS, to clients with a certificate of the authority's only");
    app.add_option("--tlscacert", options.tls_authority, "Certificate of the clients' authority");
    app.add_option("--tlscert", options.tls_certificate, "Certificate of the daemon");
    app.add_option("--tlskey", options.tls_key, "Key of the daemon");
    registry::Settings& registries = options.registries;
    app.add_option("--insecure-registry", registries.insecure_registries,
                   "Registry that may speak plain HTTP: HOST[:PORT] or ADDRESS/BITS")
        ->allow_extra_args(false);
    app.add_option("--registry-mirror", registries.mirrors, "URL to ask before docker.io")
        ->allow_extra_args(false);
    app.add_option("--registry-certs", registries.certificates,
                   "Folder of certificates, in a folder for each HOST[:PORT]");
    app.add_option("--max-concurrent-downloads", registries.downloads,
                   "Layers that a pull fetches at once")
        ->check(CLI::PositiveNumber);
    app.add_option("--max-concurrent-uploads", registries.uploads,
                   "Layers that a push sends at once")
        ->check(CLI::PositiveNumber);
    app.add_option("-b,--bridge", options.bridge,
                   "Bridge of the default network; none: containers have no network by default");
    app.add_option("--nft-table", options.nft_table, "Name of the nftables table of our own");
    app.add_flag("-D,--debug", options.debug, "Log every request and every program started");
}

/// "data-root" for each option that was said.
std::vector<std::string> given_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        if (option->count() > 0 && !option->get_lnames().empty())
            names.push_back(option->get_lnames().front());
    }
    return names;
}

}  // namespace

std::string DaemonOptions::socket() const {
    for (const std::string& host : hosts) {
        if (is_unix(host)) {
            return host.starts_with(unix_scheme) ? host.substr(unix_scheme.size()) : host;
        }
    }
    return exec_root + "/minidock.sock";  // the gateway of TCP needs one in any case
}

std::vector<std::string> DaemonOptions::tcp_hosts() const {
    std::vector<std::string> addresses;
    for (const std::string& host : hosts) {
        if (!is_unix(host)) addresses.push_back(host);
    }
    return addresses;
}

std::optional<DaemonOptions> parse_daemon_options(int argc, char** argv, int& code) {
    DaemonOptions options;
    options.runtime = own_program_folder() + "/minirun";
    CLI::App app{"The container engine's daemon: serves the Docker Engine API."};
    add_options(app, options);
    try {
        app.parse(argc, argv);
        options.given = given_names(app);
        const bool wanted = app.get_option("--config-file")->count() > 0;
        if (wanted || ::access(options.config_file.c_str(), F_OK) == 0) {
            read_config_file(options.config_file, options.given, options);
        }
    } catch (const CLI::ParseError& error) {
        code = app.exit(error) == 0 ? 0 : 2;
        return std::nullopt;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "minidockd: %s\n", error.what());
        code = 1;
        return std::nullopt;
    }
    return options;
}

}  // namespace minidock::apps
