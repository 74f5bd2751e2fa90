// minidockd: the daemon of chapter 8. It reads its command line, puts the engine together from its
// parts, and serves the API until a signal ends it.
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <list>
#include <optional>

#include "minidock/api/commits.hpp"
#include "minidock/api/container_files.hpp"
#include "minidock/api/container_processes.hpp"
#include "minidock/api/container_upkeep.hpp"
#include "minidock/api/containers.hpp"
#include "minidock/api/engine.hpp"
#include "minidock/api/events.hpp"
#include "minidock/api/execs.hpp"
#include "minidock/api/images.hpp"
#include "minidock/api/version.hpp"
#include "minidock/apps/minidockd/api_socket.hpp"
#include "minidock/apps/minidockd/options.hpp"
#include "minidock/apps/minidockd/reload.hpp"
#include "minidock/apps/minidockd/tcp_gateway.hpp"
#include "minidock/base/atomic_file.hpp"
#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/cgroups/folder.hpp"
#include "minidock/containers/health_checks.hpp"
#include "minidock/containers/shared_memory.hpp"
#include "minidock/http/server.hpp"
#include "minidock/image/store.hpp"
#include "minidock/networks/network_life.hpp"
#include "minidock/networks/network_routes.hpp"
#include "minidock/volumes/volume_life.hpp"
#include "minidock/volumes/volume_routes.hpp"

namespace {

using namespace minidock;

http::Server* running_server = nullptr;

void stop_on_signal(int /*signal*/) {
    running_server->stop();
}

void watch_signals(http::Server& server) {
    running_server = &server;
    struct sigaction stop {};
    stop.sa_handler = stop_on_signal;
    stop.sa_flags = SA_RESTART;
    ::sigaction(SIGTERM, &stop, nullptr);
    ::sigaction(SIGINT, &stop, nullptr);
    // A client or a shim that goes away while it is written to is an error of that write only.
    std::signal(SIGPIPE, SIG_IGN);
}

/// Many threads, little memory: glibc would give each a heap of its own and keep what was freed.
void keep_memory_small() {
    ::mallopt(M_ARENA_MAX, 2);
    ::mallopt(M_TRIM_THRESHOLD, 256 * 1024);
    ::mallopt(M_MMAP_THRESHOLD, 256 * 1024);
}

void make_folder(const std::string& path, mode_t mode) {
    std::filesystem::create_directories(path);
    if (::chmod(path.c_str(), mode) < 0) throw SystemError("set the mode of " + path);
}

/// The daemon's own id, made at its first start on this data root.
std::string engine_id(const std::string& data_root) {
    const std::string path = data_root + "/engine-id";
    if (!std::filesystem::exists(path))
        write_atomically(path, random_id() + "\n", Durability::power_loss);
    std::string id = read_file(path);
    id.resize(id.find_last_not_of('\n') + 1);
    return id;
}

/// The file with the daemon's PID, gone when it ends.
class PidFile {
  public:
    explicit PidFile(std::string path) : path_{std::move(path)} {
        if (!path_.empty())
            write_atomically(path_, std::to_string(::getpid()) + "\n", Durability::crash);
    }
    ~PidFile() { remove(); }
    void remove() const noexcept {
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;

  private:
    std::string path_;
};

std::list<apps::TcpGateway> open_gateways(const apps::DaemonOptions& options,
                                          const std::string& socket) {
    std::optional<apps::TlsFiles> tls;
    if (options.tls_verify) {
        tls = {.authority = options.tls_authority,
               .certificate = options.tls_certificate,
               .key = options.tls_key};
    }
    std::list<apps::TcpGateway> gateways;
    for (const std::string& address : options.tcp_hosts())
        gateways.emplace_back(address, tls, socket);
    return gateways;
}

void reload(const apps::DaemonOptions& started_with, containers::EventBus& events) {
    apps::DaemonOptions options = started_with;
    read_config_file(options.config_file, options.given, options);
    log::set_level(options.debug ? log::Level::debug : log::Level::info);
    log::info("the configuration has been read again; debug is {}", options.debug ? "on" : "off");
    events.publish({.type = "daemon", .action = "reload", .id = engine_id(options.data_root)});
}

void run_daemon(const apps::DaemonOptions& options) {
    if (::geteuid() != 0)
        throw BadParameter("must run as root to make containers. Start it with: sudo minidockd");
    containers::EventBus events;
    // Before anybody can know that we are here, and hang up.
    const apps::OnHangUp on_hang_up{[&] { reload(options, events); }};
    make_folder(options.data_root, 0710);
    make_folder(options.exec_root, 0711);
    // Taken first: whoever holds the socket owns the folders too.
    apps::ApiSocket socket = apps::open_api_socket(options);
    // An address that cannot be had ends the start before anything is made. Who comes early waits.
    std::list<apps::TcpGateway> gateways = open_gateways(options, socket.path);
    const PidFile pid_file{options.pid_file};

    api::Engine engine{{.socket = socket.path,
                        .data_root = options.data_root,
                        .exec_root = options.exec_root,
                        .runtime = options.runtime,
                        .id = engine_id(options.data_root),
                        .debug = options.debug}};

    api::EventRoutes event_routes{events};
    engine.add(event_routes);

    image::Store image_store{options.data_root};
    api::Images images{image_store, events, options.registries};
    engine.add(images);

    containers::Containers containers{
        {.data_root = options.data_root,
         .exec_root = options.exec_root,
         .shim = own_program_folder() + "/minidock-shim",
         .runtime = options.runtime,
         .cgroup_parent = options.cgroup_parent,
         .seccomp_profile = own_program_folder() + "/../share/minidock/seccomp.json"},
        image_store,
        events};
    image_store.set_users([&] { return containers.image_users(); });
    api::ContainerRoutes container_routes{containers};
    engine.add(container_routes);
    api::Commits commits{containers};
    engine.add(commits);

    volumes::Store volume_store{options.data_root,
                                [&](const std::string& action, const std::string& name) {
                                    events.publish({.type = "volume",
                                                    .action = action,
                                                    .id = name,
                                                    .attributes = {{"driver", "local"}}});
                                }};
    volumes::VolumeRoutes volume_routes{volume_store};
    volumes::VolumeLife volume_life{volume_store, containers};
    engine.add(volume_routes);
    containers.add(volume_life);

    networks::Store network_store{options.data_root, options.bridge};
    networks::Firewall firewall{options.nft_table};
    networks::Connections connections{network_store, firewall, containers};
    networks::NetworkLife network_life{connections};
    networks::NetworkRoutes network_routes{connections};
    engine.add(network_routes);
    containers.add(network_life);

    containers::Execs execs{containers};
    api::ExecRoutes exec_routes{containers, execs};
    engine.add(exec_routes);
    containers.add(execs);
    containers::SharedMemory shared_memory{containers};
    containers.add(shared_memory);
    containers::HealthChecks health_checks{containers, execs};
    containers.add(health_checks);
    api::ContainerFileRoutes file_routes{containers};
    engine.add(file_routes);
    api::ContainerProcessRoutes process_routes{containers};
    engine.add(process_routes);
    api::ContainerUpkeepRoutes upkeep_routes{containers};
    engine.add(upkeep_routes);
    containers.restore();
    connections.adopt();
    image_store.collect_garbage();

    http::Server server{std::move(socket.listener),
                        [&](http::Exchange& exchange) { engine.handle(exchange); }};
    watch_signals(server);
    log::info("minidockd {} (API {}) listens on {}", api::release(), api::newest_version,
              socket.path);
    server.run();
    gateways.clear();
    // While it is still ours, and not that of a successor.
    if (socket.own) ::unlink(socket.path.c_str());
    connections.leave();
    log::info("minidockd ends; containers go on running");
    const bool drained = server.drain();
    if (drained) containers.end_background_work();
    const std::string& parent = options.cgroup_parent;
    cgroups::remove_where_unused(parent.starts_with('/') ? parent : "/" + parent);
    if (drained) return;
    pid_file.remove();
    std::_Exit(0);  // a request that does not end must not keep the daemon
}

}  // namespace

int main(int argc, char** argv) {
    keep_memory_small();
    int code = 0;
    const auto options = apps::parse_daemon_options(argc, argv, code);
    if (!options) return code;
    if (options->debug) log::set_level(log::Level::debug);
    try {
        run_daemon(*options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "minidockd: %s\n", error.what());
        return 1;
    }
    return 0;
}
