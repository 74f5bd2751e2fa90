// Starting a container: from its settings to a shim that reports a running program.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fail_point.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/cgroups/hierarchy.hpp"
#include "minidock/containers/containers.hpp"
#include "minidock/containers/namespace_modes.hpp"
#include "minidock/containers/runtime_choice.hpp"
#include "minidock/containers/spec.hpp"
#include "minidock/rootfs/overlay.hpp"

namespace minidock::containers {

namespace fs = std::filesystem;

std::string Containers::folder_of(const std::string& id) const {
    return places_.data_root + "/containers/" + id;
}

std::string Containers::run_folder(const Container& container) const {
    return places_.exec_root + "/" + container.id();
}

std::string Containers::cgroup_of(const Container& container) const {
    const std::string& wish = container.definition().host_config.cgroup_parent;
    std::string parent = wish.empty() ? places_.cgroup_parent : wish;
    if (!parent.starts_with('/')) parent.insert(0, "/");
    return parent + "/" + container.id();
}

bool Containers::start(const ContainerPtr& container, int explain) {
    {
        const Container::Operation operation{*container};
        const State state = container->state();
        switch (state.status) {
            case Status::running:
            case Status::restarting:
                return false;
            case Status::paused:
                throw Conflict("cannot start a paused container, try unpause instead");
            case Status::removing:
            case Status::dead:
                throw Conflict("container is marked for removal and cannot be started");
            case Status::created:
            case Status::exited:
                break;
        }
        try {
            container->forget_restarts();
            launch(container, explain);
            return true;
        } catch (const StartError&) {
            if (!container->definition().host_config.auto_remove) throw;
        }
    }
    // As after any other end of a container that is to be removed then.
    const std::string error = container->state().error;
    remove(container, true, true);
    throw StartError(error);
}

namespace {

/// Overlayfs marks the work folder of a volatile mount, and refuses to use it a second time.
void make_work_folder_anew(const Container& container) {
    fs::remove_all(container.folder() + "/work");
    fs::create_directory(container.folder() + "/work");
}

}  // namespace

// [launch]
void Containers::launch(const ContainerPtr& container, int explain) {
    const std::string bundle = container->folder() + "/bundle";
    ShimWatch watch{};
    try {
        write_atomically(bundle + "/config.json", make_bundle(*container).dump() + "\n",
                         Durability::crash);
        fail_point("start.bundle-written");
        shim::remove_exit_record(container->folder());
        fs::create_directories(run_folder(*container));
        if (container->definition().host_config.auto_remove) make_work_folder_anew(*container);
        fail_point("start.folder-made");
        for (LifeExtension* extension : extensions_)
            extension->before_start(*container);
        fail_point("start.extensions-told");

        const std::vector<EarlyClient> clients = container->take_early_clients();
        std::vector<EarlyMessage> early;
        for (const EarlyClient& client : clients) {
            std::vector<int> descriptors{client.socket.get()};
            if (client.early_input) descriptors.push_back(client.early_input.get());
            early.push_back({client.wish, std::move(descriptors)});
        }
        watch = start_shim(places_.shim, shim_options(*container, explain), early, explain);
    } catch (const RequestError& error) {
        give_up_start(container, {127, error.what()});
    } catch (const SystemError& error) {
        give_up_start(container, {128, error.what()});
    }

    fail_point("start.shim-started");
    const auto report = watch.next();
    fail_point("start.program-runs");
    if (!report) {
        kill_what_is_left(*container);
        give_up_start(container, {128, "the shim ended without a word"});
    }
    if (const auto* failure = std::get_if<shim::Failed>(&*report)) {
        watch.child->wait();
        give_up_start(container, *failure);
    }
    container->set_running(std::get<shim::Started>(*report).pid, now());
    fail_point("start.written-down");
    log::info("container {} started", short_id(container->id()));
    announce(*container, "start");
    for (LifeExtension* extension : extensions_)
        extension->started(*container);
    fail_point("start.announced");
    // Who attached while it was being started.
    for (EarlyClient& client : container->take_early_clients())
        hand_over(*container, std::move(client));
    this->watch(container, std::move(watch));
}
// [/launch]

void Containers::give_up_start(const ContainerPtr& container, const shim::Failed& failure) {
    for (auto e = extensions_.rbegin(); e != extensions_.rend(); ++e)
        (*e)->after_exit(*container);
    std::error_code ignored;
    fs::remove_all(run_folder(*container), ignored);
    (void)container->take_early_clients();  // closed here
    container->set_start_failure(failure.exit_code, failure.message);
    log::info("container {} could not be started: {}", short_id(container->id()), failure.message);
    throw StartError(failure.message);
}

namespace {

/// Its file system as it will be, to look a user up in. Nobody writes to it through this.
Fd open_root_file_system(const Container& container) {
    std::vector<std::string> folders = container.definition().layers;
    folders.push_back(container.folder() + "/upper");
    return rootfs::open_overlay({.lower = std::move(folders), .upper = "", .work = ""});
}

std::string init_beside(const fs::path& shim) {
    const fs::path init = shim.parent_path() / "minidock-init";
    if (!fs::exists(init)) throw BadParameter("--init needs " + init.string());
    return init;
}

}  // namespace

Json Containers::make_bundle(const Container& container) const {
    const Definition& definition = container.definition();
    const Fd root = open_root_file_system(container);
    SpecInput input{
        .id = definition.id,
        .config = definition.config,
        .host = definition.host_config,
        .user = resolve_user(root, definition.config.user, definition.host_config.group_add),
        .folder = container.folder(),
        .cgroup = cgroup_of(container),
        .seccomp_profile = seccomp_profile_,
        .init = definition.host_config.init ? init_beside(places_.shim) : "",
        .cgroup_v2 = cgroups::Hierarchies::of_this_machine().layout() == cgroups::Layout::unified};
    join_namespaces(registry_, places_.exec_root, input);
    Json spec = make_spec(input);
    for (LifeExtension* extension : extensions_)
        extension->prepare(container, spec);
    return spec;
}

shim::Options Containers::shim_options(const Container& container, int explain) const {
    const Config& config = container.definition().config;
    const HostConfig& host = container.definition().host_config;
    const shim::Resize size = container.console_size();
    return {.id = container.id(),
            .folder = container.folder(),
            .run_folder = run_folder(container),
            .runtime = runtime_path(host.runtime, places_.runtime),
            .runtime_root = places_.exec_root + "/runtime",
            .cgroup = cgroup_of(container),
            .log = host.log.is_kept() ? container.log_path() : "",
            .log_max_size = static_cast<std::uint64_t>(host.log.max_size),
            .log_max_files = static_cast<std::uint16_t>(host.log.max_files),
            .log_compress = host.log.compress,
            .layers = container.definition().layers,
            .columns = size.columns,
            .rows = size.rows,
            .terminal = config.tty,
            .open_stdin = config.open_stdin,
            .stdin_once = config.stdin_once,
            .discard = host.auto_remove,
            .explain = explain >= 0};
}

}  // namespace minidock::containers
