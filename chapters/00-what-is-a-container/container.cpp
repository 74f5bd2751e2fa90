#include "chapters/00-what-is-a-container/container.hpp"

#include <linux/mount.h>
#include <linux/sched.h>
#include <unistd.h>

#include <cstdlib>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/base/kernel/process.hpp"

namespace minidock::chapter00 {
namespace {

// [namespaces]
constexpr std::uint64_t own_namespaces =
    CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP;
// [/namespaces]

/// Without root, the caller's own user becomes root inside, and is the only user there.
struct Caller {
    uid_t uid = ::geteuid();
    gid_t gid = ::getegid();
    [[nodiscard]] bool is_root() const { return uid == 0; }
};

void become_root_inside(const Caller& caller) {
    constexpr Why why{1, "without root: our own user is root in there, and nobody else is"};
    kernel::write_file("/proc/self/setgroups", "deny", why);
    kernel::write_file("/proc/self/uid_map", "0 " + std::to_string(caller.uid) + " 1", why);
    kernel::write_file("/proc/self/gid_map", "0 " + std::to_string(caller.gid) + " 1", why);
}

// [enter_image]
void enter_image(const std::string& folder) {
    using kernel::mount;
    // lab 00.4: make the image the root of everything this process sees. The calls of base, in
    // the order of the text: private, bind, read-only, /proc, chdir, pivot_root, umount, chdir.
    mount({.target = "/", .flags = MS_REC | MS_PRIVATE},
          {3, "no mount that is made from here on shows outside"});
    mount({.source = folder, .target = folder, .flags = MS_BIND},
          {3, "pivot_root wants a mount, and a bind mount makes one of any folder"});
    const Fd image = kernel::open_tree(AT_FDCWD, folder, 0, {3, "a handle on that mount"});
    kernel::mount_setattr(image.get(), false, {.set = MOUNT_ATTR_RDONLY},
                          {3, "an image is shared: nobody writes to it"});
    mount({.source = "proc",
           .target = folder + "/proc",
           .type = "proc",
           .flags = MS_NOSUID | MS_NODEV | MS_NOEXEC},
          {3, "ps reads /proc, and this one shows our own processes only"});
    kernel::chdir(folder, {3, "stand where the new root will be"});
    kernel::pivot_root(".", ".", {3, "the image becomes the root; the old one lies on top of it"});
    kernel::umount(".", MNT_DETACH, {3, "take the old root away"});
    kernel::chdir("/", {3, "start in the new root"});
    // end lab
}
// [/enter_image]

void take_descriptors(const Program& program) {
    for (const auto& [ours, theirs] : program.descriptors) {
        if (::dup2(ours, theirs) < 0) throw SystemError("hand on a descriptor");
    }
}

// [run_inside]
[[noreturn]] void run_inside(const std::string& folder, const Program& program,
                             const Caller& caller) {
    if (!caller.is_root()) become_root_inside(caller);
    kernel::sethostname("container", {1, "a host name of its own"});
    enter_image(folder);
    take_descriptors(program);
    const bool bare_name = program.path.find('/') == std::string::npos;
    kernel::execve(bare_name ? "/bin/" + program.path : program.path, program.arguments,
                   {"PATH=/bin", "HOME=/", "TERM=linux"}, {5, "become the program"});
}
// [/run_inside]

/// Tells the parent what could not be done: an errno (0 for none of the kernel's), and what was
/// tried. No exception may leave the child's own frame: it would run on as a second parent.
[[noreturn]] void give_up(const Fd& to_parent, int error, const std::string& tried) {
    write_all(to_parent.get(), std::to_string(error) + " " + tried, "the report");
    ::_exit(EXIT_FAILURE);
}

/// What `error` says was tried, without the kernel's reason at the end.
std::string attempt(const SystemError& error) {
    const std::string what = error.what();
    return what.substr(0, what.size() - std::string{": " + error.code().message()}.size());
}

void throw_reported(const std::string& report) {
    if (report.empty()) return;
    const std::size_t blank = report.find(' ');
    const int error = std::stoi(report.substr(0, blank));
    const std::string tried = report.substr(blank + 1);
    if (error == 0) throw RequestError(tried);
    throw SystemError(tried, error);
}

}  // namespace

// [start_container]
Child start_container(const std::string& folder, const Program& program) {
    const Caller caller;
    const std::uint64_t flags = own_namespaces | (caller.is_root() ? 0 : CLONE_NEWUSER);
    Pipe go_on = Pipe::make();    // closed by the parent when it has told of the clone
    Pipe trouble = Pipe::make();  // closed by execve: then the parent reads an empty report

    kernel::Cloned cloned = kernel::clone3(flags, -1, {1, "a process with namespaces of its own"});
    if (cloned.in_child()) {
        trace::rename("container");
        try {
            go_on.write_end.reset();
            read_all(go_on.read_end.get(), "the parent's word");
            run_inside(folder, program, caller);
        } catch (const SystemError& error) {
            give_up(trouble.write_end, error.error(), attempt(error));
        } catch (const std::exception& error) {
            give_up(trouble.write_end, 0, error.what());
        }
    }
    Child child{cloned.pid, std::move(cloned.pidfd)};
    go_on.write_end.reset();
    trouble.write_end.reset();
    throw_reported(read_all(trouble.read_end.get(), "the report of the container"));
    return child;
}
// [/start_container]

}  // namespace minidock::chapter00
