// The outer half of `create`: what only the parent, outside of the container, can do.
// init.cpp is the inner half.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fail_point.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/base/unix_socket.hpp"
#include "minidock/cgroups/systemd_scope.hpp"
#include "minidock/namespaces/enter.hpp"
#include "minidock/namespaces/inspect.hpp"
#include "minidock/namespaces/start.hpp"
#include "minidock/runtime/container.hpp"
#include "minidock/runtime/init.hpp"
#include "minidock/runtime/program.hpp"
#include "minidock/runtime/spec.hpp"
#include "minidock/runtime/terminal_proxy.hpp"

namespace minidock::runtime {
namespace {

using namespaces::Kind;

/// Removes the container when it goes, unless it is told to keep it.
class Removal {
  public:
    Removal(std::string root, std::string id) : root_{std::move(root)}, id_{std::move(id)} {}
    ~Removal() {
        if (id_.empty()) return;
        try {
            remove(root_, id_, true);
        } catch (const std::exception&) {
            // An earlier error is the one to tell; what is left can still be deleted by its id.
        }
    }
    Removal(const Removal&) = delete;
    Removal& operator=(const Removal&) = delete;
    void keep() { id_.clear(); }

  private:
    std::string root_;
    std::string id_;
};

/// "A relative path is relative to a place that the runtime chooses" (config-linux.md): the root.
std::string group_path(const std::string& id, const std::string& cgroups_path) {
    if (cgroups_path.empty()) return "/" + id;
    return cgroups_path.starts_with('/') ? cgroups_path : "/" + cgroups_path;
}

std::optional<cgroups::ScopeName> scope_of(const CreateOptions& options, const Spec& spec) {
    if (!options.systemd_cgroup) return std::nullopt;
    return cgroups::parse_scope_name(spec.linux.cgroups_path, options.id);
}

Record record_of(const CreateOptions& options, const Spec& spec,
                 const std::optional<cgroups::ScopeName>& scope) {
    return {
        .id = options.id,
        .oci_version = spec.oci_version,
        .bundle = options.bundle,
        .rootfs = spec.root.path,
        .cgroups_path = scope ? scope->group() : group_path(options.id, spec.linux.cgroups_path),
        .scope = scope ? scope->unit : "",
        .created = now(),
        .annotations = spec.annotations,
        .poststart = spec.hooks.poststart,
        .poststop = spec.hooks.poststop};
}

/// A read end that stays silent until `start` opens the other one.
Fd make_start_fifo(const StateFolder& folder) {
    if (::mkfifo(folder.fifo().c_str(), 0600) < 0) throw SystemError("make " + folder.fifo());
    return open_file(folder.fifo(), O_RDONLY | O_NONBLOCK);
}

Fd connect_console(const CreateOptions& options, const Process& process) {
    if (!process.terminal) return {};
    if (!options.console_socket.empty()) return connect_unix(options.console_socket);
    if (options.console != nullptr) return duplicate(*options.console);
    throw BadParameter("process.terminal: a terminal needs --console-socket");
}

/// Namespaces that a process cannot enter itself, but only its children to come. The caller goes
/// back to having children in its own: the hooks are to run there.
class NamespacesOfChildren {
  public:
    explicit NamespacesOfChildren(const Linux& linux) {
        for (const Kind kind : {Kind::pid, Kind::time}) {
            const Namespace* entry = linux.find(kind);
            if (entry == nullptr || entry->path.empty()) continue;
            remember(kind);
            namespaces::enter(open_file(entry->path, O_RDONLY), kind);
        }
        if (!linux.time_offsets.empty()) make_time_namespace(linux.time_offsets);
    }
    void leave() {
        for (const auto& [kind, file] : own_)
            namespaces::enter(file, kind);
        own_.clear();
    }

  private:
    void remember(Kind kind) {
        own_.emplace_back(kind, open_file(namespaces::namespace_file(::getpid(), kind), O_RDONLY));
    }
    /// Its clocks can be set until the first process is in it.
    void make_time_namespace(const std::vector<TimeOffset>& offsets) {
        remember(Kind::time);
        kernel::unshare(namespaces::clone_flag(Kind::time), {1, "clocks of its own"});
        for (const TimeOffset& offset : offsets) {
            kernel::write_file("/proc/self/timens_offsets",
                               offset.clock + " " + std::to_string(offset.seconds) + " " +
                                   std::to_string(offset.nanoseconds),
                               {1, "how far its clock is from the host's"});
        }
    }

    std::vector<std::pair<Kind, Fd>> own_;
};

Fd joined_user_namespace(const Linux& linux) {
    const Namespace* user = linux.find(Kind::user);
    return user == nullptr || user->path.empty() ? Fd{} : open_file(user->path, O_RDONLY);
}

/// What must be prepared of the mounts with the rights over the host's file systems.
std::vector<Fd> mount_sources(const Spec& spec) {
    std::vector<Fd> sources;
    for (std::size_t i = 0; i < spec.mounts.size(); ++i) {
        const namespaces::IdMaps& maps = spec.mount_id_maps[i];
        sources.push_back(
            maps.users.empty()
                ? Fd{}
                : rootfs::id_mapped_copy(spec.mounts[i], namespaces::user_namespace_with(maps)));
    }
    return sources;
}

/// Whatever config.json says, a container may use the devices that every container has.
cgroups::Resources with_default_devices(cgroups::Resources resources) {
    const auto defaults = cgroups::default_device_rules();
    resources.devices.insert(resources.devices.end(), defaults.begin(), defaults.end());
    return resources;
}

/// The container's group, and until its first process is in, what holds the group's place.
struct Home {
    cgroups::Group group;
    std::optional<cgroups::Scope> scope;
};

/// The limits of a group that systemd makes come later: what holds its place would count.
Home make_home(const std::string& path, const std::optional<cgroups::ScopeName>& scope,
               const cgroups::Resources& resources, const std::string& id) {
    if (scope) {
        cgroups::Scope started = cgroups::Scope::start(*scope, resources, "container " + id);
        return {cgroups::Group::open(path), std::move(started)};
    }
    Home home{cgroups::Group::create(path), std::nullopt};
    home.group.set(with_default_devices(resources));
    return home;
}

void settle(Home& home, const cgroups::Resources& resources) {
    if (!home.scope) return;
    home.scope->leave();
    home.group.set(with_default_devices(resources));
}

namespaces::Plan plan_for(const Spec& spec, const cgroups::Group& group, const Fd& user) {
    namespaces::KindSet own = spec.linux.new_namespaces();
    own.erase(Kind::cgroup);  // init makes it, from inside its group
    if (!spec.linux.time_offsets.empty()) own.erase(Kind::time);  // the parent has made it
    return {.own = own,
            .id_maps = {.users = spec.linux.uid_mappings, .groups = spec.linux.gid_mappings},
            .cgroup = group.folder_fd(),
            .user_namespace = user.get()};
}

void run_runtime_hooks(const Hooks& hooks, const std::string& state) {
    run_hooks(hooks.prestart, state);
    run_hooks(hooks.create_runtime, state);
}

}  // namespace

// [create]
Child create(const CreateOptions& options) {
    const std::string config = read_file(options.bundle + "/config.json");
    const Spec spec =
        parse_spec(parse_json(config, options.bundle + "/config.json"), options.bundle);
    const Fd console = connect_console(options, spec.process);
    const StateFolder folder = StateFolder::create(options.root, options.id);
    Removal undo{options.root, options.id};
    const std::optional<cgroups::ScopeName> scope = scope_of(options, spec);
    Record record = record_of(options, spec, scope);
    folder.keep_config(config);
    folder.save(record);  // from here on `delete` knows what there is to delete
    fail_point("runtime.state-written");

    Home home = make_home(record.cgroups_path, scope, spec.linux.resources, options.id);
    fail_point("runtime.group-made");
    InitPlan init{.spec = spec,
                  .group = home.group,
                  .entrance = home.group.entrance(),
                  .state = {},
                  .start_fifo = make_start_fifo(folder),
                  .console_socket = console ? duplicate(console) : Fd{},
                  .seccomp = compiled(spec.linux.seccomp, options.root),
                  .listener = SeccompListener::of(spec.linux.seccomp,
                                                  state_document(record, Status::creating)),
                  .mount_sources = mount_sources(spec),
                  .preserved_fds = options.preserved_fds,
                  .keep_keyring = options.keep_keyring,
                  .no_pivot = options.no_pivot};
    const Fd user = joined_user_namespace(spec.linux);
    NamespacesOfChildren of_children{spec.linux};

    Child child = namespaces::start(
        plan_for(spec, home.group, user),
        {.outside =
             [&](pid_t pid, namespaces::ParentSide& inside) {
                 of_children.leave();
                 settle(home, spec.linux.resources);
                 record.init = {pid, start_time_of(pid).value_or(0)};
                 fail_point("runtime.process-born");
                 adjust_oom_score(spec.process, pid);
                 inside.let_go_on();
                 if (spec.hooks.any_before_pivot()) {
                     inside.wait_for_child();
                     run_runtime_hooks(spec.hooks, state_document(record, Status::creating).dump());
                     inside.let_go_on();
                 }
                 inside.wait_for_child();
                 folder.save(record);
                 fail_point("runtime.process-ready");
             },
         .inside =
             [&](namespaces::ChildSide& outside) {
                 record.init.pid = ::getpid();
                 init.state = state_document(record, Status::creating).dump();
                 run_init(init, outside);
             }});
    if (!options.pid_file.empty()) {
        write_atomically(options.pid_file, std::to_string(child.pid()), Durability::crash);
    }
    undo.keep();
    return child;
}
// [/create]

ExitStatus run(const CreateOptions& options) {
    TerminalProxy proxy;
    CreateOptions in_foreground = options;
    in_foreground.console = &proxy.console();
    Child child = create(in_foreground);
    const Removal at_the_end{options.root, options.id};
    proxy.hold_signals();
    start(options.root, options.id);
    return proxy.wait(child);
}

}  // namespace minidock::runtime
