#include "minidock/runtime/init.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/base/kernel/identity.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/base/kernel/network.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/namespaces/enter.hpp"
#include "minidock/namespaces/start.hpp"
#include "minidock/rootfs/masked_paths.hpp"
#include "minidock/rootfs/pivot.hpp"
#include "minidock/rootfs/propagation.hpp"
#include "minidock/runtime/cgroup_mount.hpp"
#include "minidock/runtime/console.hpp"
#include "minidock/runtime/program.hpp"

namespace minidock::runtime {
namespace {

using namespaces::Kind;

/// The namespaces that exist already. Those of PIDs, time and users were joined before the clone:
/// the first two take only children, and new namespaces belong to the last.
void join_namespaces(const Linux& linux) {
    constexpr namespaces::KindSet joined_before{Kind::pid, Kind::time, Kind::user};
    for (const Namespace& entry : linux.namespaces) {
        if (entry.path.empty() || joined_before.contains(entry.kind)) continue;
        namespaces::enter(open_file(entry.path, O_RDONLY), entry.kind);
    }
}

/// The tree of a new cgroup namespace begins at the group that its maker is in. clone3(2) would
/// take the parent's, so it is made here, inside the group.
void own_cgroup_namespace(const Linux& linux) {
    if (!linux.new_namespaces().contains(Kind::cgroup)) return;
    kernel::unshare(namespaces::clone_flag(Kind::cgroup),
                    {2, "its own group looks like the root of all groups"});
}

/// A process in a new user namespace is nobody until it takes an id that its map has.
void become_root_of_user_namespace(const Spec& spec) {
    const Namespace* user = spec.linux.find(Kind::user);
    if (user == nullptr) return;
    kernel::set_group(0, {4, "group 0 of the user namespace"});
    kernel::set_user(0, {4, "root in here, an ordinary user outside"});
}

void set_names(const Spec& spec) {
    if (!spec.hostname.empty()) kernel::sethostname(spec.hostname, {1, "a host name of its own"});
    if (!spec.domainname.empty()) {
        kernel::setdomainname(spec.domainname, {1, "and a NIS domain name"});
    }
}

/// A new network namespace has a loopback interface, and it is off. (The specification does not
/// ask for it; every runtime switches it on, since programs rely on 127.0.0.1.)
void switch_loopback_on(const Linux& linux) {
    if (!linux.new_namespaces().contains(Kind::network)) return;
    kernel::set_interface_up("lo", {1, "127.0.0.1 of its own"});
}

/// Files below /proc/sys act on the namespaces of whoever writes them. The host's /proc is used:
/// what the image has at /proc might be anything.
void set_sysctls(const Linux& linux) {
    for (const auto& [key, value] : linux.sysctl) {
        std::string path = key;
        for (char& c : path)
            if (c == '.') c = '/';
        kernel::write_file("/proc/sys/" + path, value, {5, "a kernel setting of its own"});
    }
}

/// With SELinux, the files of a file system that is made for the container get one label.
rootfs::Mount labelled(rootfs::Mount mount, const std::string& label) {
    if (!label.empty() && (mount.type == "tmpfs" || mount.type == "devpts")) {
        mount.options.push_back("context=\"" + label + "\"");
    }
    return mount;
}

// [mounts]
/// Everything the container sees as its files. The order is forced: what is mounted later covers
/// what is there, and what must be hidden must first be mounted.
void make_file_system(const InitPlan& plan, const Fd& root) {
    // lab 05.1: the mounts of config.json in their order (control groups are a kind of their own),
    // the devices that every container has, those of config.json, and the links to them; then what
    // is hidden and what is made read-only. At the end the working directory, which may be missing.
    const Spec& spec = plan.spec;
    for (std::size_t i = 0; i < spec.mounts.size(); ++i) {
        const rootfs::Mount mount = labelled(spec.mounts[i], spec.linux.mount_label);
        if (mount.type == "cgroup" || mount.type == "cgroup2") {
            mount_cgroups(root, mount, plan.group, spec.linux.find(Kind::cgroup) != nullptr);
        } else {
            rootfs::mount_in_root(root, mount, plan.mount_sources[i]);
        }
    }
    rootfs::make_devices(root, rootfs::default_devices());
    rootfs::make_devices(root, spec.linux.devices);
    rootfs::make_device_links(root);
    rootfs::mask_paths(root, spec.linux.masked_paths);
    rootfs::make_paths_read_only(root, spec.linux.readonly_paths);
    // A working directory that the image lacks is made, as runc does.
    rootfs::make_mount_point(root, {spec.process.cwd}, rootfs::MountPoint::folder);
    // end lab
}
// [/mounts]

/// `start` opens the fifo and writes a byte. (A fifo that no writer has opened yet is silent;
/// poll(2) reports neither data nor a hang-up.)
void wait_for_start(const Fd& fifo) {
    pollfd polled{fifo.get(), POLLIN, 0};
    while (::poll(&polled, 1, -1) < 0) {
        if (errno != EINTR) throw SystemError("wait for the start");
    }
}

/// From here on the parent is gone: what goes wrong is told where the program would have spoken.
[[noreturn]] void become_program(const InitPlan& plan, const ProgramPlan& program,
                                 const std::vector<std::string>& environment) noexcept {
    int exit_code = 1;
    std::string reason;
    try {
        wait_for_start(plan.start_fifo);
        run_hooks(plan.spec.hooks.start_container, plan.state);
        execute(program, environment);
    } catch (const namespaces::StartError& error) {
        reason = error.what();
        exit_code = error.exit_code();
    } catch (const std::exception& error) {
        reason = error.what();
    }
    reason += "\n";
    [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, reason.data(), reason.size());
    ::_exit(exit_code);
}

}  // namespace

// [init]
void run_init(InitPlan& plan, namespaces::ChildSide& parent) {
    const Spec& spec = plan.spec;
    plan.entrance.enter();
    plan.listener.describe_caller();
    const security::LabelFiles labels = security::open_label_files(spec.process.labels);
    own_cgroup_namespace(spec.linux);
    join_namespaces(spec.linux);
    become_root_of_user_namespace(spec);
    kernel::setsid({5, "no terminal of ours is its terminal"});
    if (!plan.keep_keyring) {
        kernel::join_session_keyring("minidock", {4, "no key of ours is its key"});
    }
    set_names(spec);
    switch_loopback_on(spec.linux);
    set_sysctls(spec.linux);

    if (spec.linux.rootfs_propagation.empty()) {
        rootfs::stop_passing_mounts_on();
    } else {
        rootfs::set_propagation("/", spec.linux.rootfs_propagation);
    }
    const Fd root = rootfs::make_root_mount(spec.root.path);
    make_file_system(plan, root);
    if (spec.process.terminal) {
        const Terminal terminal = make_terminal(root, spec.process.console_size);
        mount_console(root, terminal.slave);
        send_master(plan.console_socket.get(), terminal.master);
        take_terminal(terminal.slave);
    }
    if (spec.hooks.any_before_pivot()) {
        parent.reached();  // the parent runs prestart and createRuntime
        run_hooks(spec.hooks.create_container, plan.state);
    }
    if (spec.root.read_only) rootfs::make_root_read_only(root);
    if (plan.no_pivot) {
        rootfs::move_into(root);
    } else {
        rootfs::pivot_into(root);
    }

    const ProgramPlan program{spec.process, plan.seccomp,           plan.listener,
                              labels,       spec.linux.personality, plan.preserved_fds};
    const std::vector<std::string> environment = give_up_privileges(program);
    parent.reached();  // the container is created
    parent.close();
    become_program(plan, program, environment);
}
// [/init]

}  // namespace minidock::runtime
