#include "minidock/base/kernel/process.hpp"

#include <linux/close_range.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/names.hpp"

// pidfd_open(2) and pidfd_send_signal(2) are called by number: glibc 2.36 has them, but declares
// them for C only.
namespace minidock::kernel {

using trace::Arguments;
using trace::traced;

Cloned clone3(std::uint64_t flags, int cgroup, const Why& why) {
    int pidfd = -1;
    clone_args request{};
    request.flags = flags | CLONE_PIDFD;
    request.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
    // A sibling (CLONE_PARENT) signals as the caller itself does.
    request.exit_signal = (flags & CLONE_PARENT) != 0 ? 0 : SIGCHLD;
    if (cgroup >= 0) {
        request.flags |= CLONE_INTO_CGROUP;
        request.cgroup = static_cast<std::uint64_t>(cgroup);
    }
    // Announced beforehand: afterwards there are two who could tell, and the child must not.
    const int listener = trace::fd();
    const auto pid = traced(
        "clone3", why,
        [&] {
            const long result = ::syscall(SYS_clone3, &request, sizeof request);
            if (result == 0) trace::redirect(-1);
            return result;
        },
        [&](Arguments& a) {
            a.flags(request.flags, clone_flag_names()).word("exit_signal=SIGCHLD");
            if (cgroup >= 0) a.fd(cgroup);
        });
    if (pid < 0) throw SystemError("clone3: make a process with namespaces of its own");
    if (pid == 0) {
        trace::redirect(listener);
        return {};
    }
    return {static_cast<pid_t>(pid), Fd{pidfd}};
}

void unshare(std::uint64_t flags, const Why& why) {
    const int result = traced(
        "unshare", why, [&] { return ::unshare(static_cast<int>(flags)); },
        [&](Arguments& a) { a.flags(flags, clone_flag_names()); });
    if (result < 0) throw SystemError("unshare namespaces");
}

void setns(int fd, std::uint64_t flags, const Why& why) {
    const int result = traced(
        "setns", why, [&] { return ::setns(fd, static_cast<int>(flags)); },
        [&](Arguments& a) { a.fd(fd).flags(flags, clone_flag_names()); });
    if (result < 0) throw SystemError("enter a namespace");
}

std::vector<char*> pointers_to(const std::vector<std::string>& strings) {
    std::vector<char*> pointers;
    pointers.reserve(strings.size() + 1);
    for (const std::string& s : strings)
        pointers.push_back(const_cast<char*>(s.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

void execve(const std::string& path, const std::vector<std::string>& arguments,
            const std::vector<std::string>& environment, const Why& why) {
    const std::vector<char*> argv = pointers_to(arguments);
    const std::vector<char*> envp = pointers_to(environment);
    if (trace::fd() >= 0) {
        Arguments argv_text;
        for (const std::string& argument : arguments)
            argv_text.text(argument);
        Arguments a;
        a.text(path).word("[" + argv_text.str() + "]");
        a.word("[/* " + std::to_string(environment.size()) + " vars */]");
        trace::announce("execve", a, why);
    }
    ::execve(path.c_str(), argv.data(), envp.data());
    throw SystemError("exec " + path);
}

Fd pidfd_open(pid_t pid) {
    const int fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (fd < 0) throw SystemError("open process " + std::to_string(pid));
    return Fd{fd};
}

bool pidfd_send_signal(int pidfd, int signal, const Why& why) {
    const long result = traced(
        "pidfd_send_signal", why,
        [&] { return ::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0); },
        [&](Arguments& a) { a.fd(pidfd).word(signal_name(signal)).word("NULL").number(0); });
    if (result < 0 && errno == ESRCH) return false;
    if (result < 0) throw SystemError("send " + signal_name(signal) + " to a process");
    return true;
}

bool kill(pid_t pid, int signal, const Why& why) {
    const int result = traced(
        "kill", why, [&] { return ::kill(pid, signal); },
        [&](Arguments& a) { a.number(pid).word(signal_name(signal)); });
    if (result < 0 && errno == ESRCH) return false;
    if (result < 0) {
        throw SystemError("send " + signal_name(signal) + " to process " + std::to_string(pid));
    }
    return true;
}

void setsid(const Why& why) {
    const pid_t result = traced(
        "setsid", why, [] { return ::setsid(); }, [](Arguments&) {});
    if (result < 0) throw SystemError("start a session");
}

void set_controlling_terminal(int fd, const Why& why) {
    const int result = traced(
        "ioctl", why, [&] { return ::ioctl(fd, TIOCSCTTY, 0); },
        [&](Arguments& a) { a.fd(fd).word("TIOCSCTTY").number(0); });
    if (result < 0) throw SystemError("take the terminal as the session's own");
}

void sethostname(const std::string& name, const Why& why) {
    const int result = traced(
        "sethostname", why, [&] { return ::sethostname(name.data(), name.size()); },
        [&](Arguments& a) { a.text(name).number(static_cast<std::int64_t>(name.size())); });
    if (result < 0) throw SystemError("set the host name to " + name);
}

void setdomainname(const std::string& name, const Why& why) {
    const int result = traced(
        "setdomainname", why, [&] { return ::setdomainname(name.data(), name.size()); },
        [&](Arguments& a) { a.text(name).number(static_cast<std::int64_t>(name.size())); });
    if (result < 0) throw SystemError("set the domain name to " + name);
}

void close_on_exec_from(int first, const Why& why) {
    const auto from = static_cast<unsigned>(first);
    const int result = traced(
        "close_range", why, [&] { return ::close_range(from, ~0U, CLOSE_RANGE_CLOEXEC); },
        [&](Arguments& a) { a.number(first).number(~0U).word("CLOSE_RANGE_CLOEXEC"); });
    if (result < 0) throw SystemError("mark the open descriptors as not to be inherited");
}

bool join_session_keyring(const std::string& name, const Why& why) {
    const long result = traced(
        "keyctl", why,
        [&] { return ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name.c_str()); },
        [&](Arguments& a) { a.word("KEYCTL_JOIN_SESSION_KEYRING").text(name); });
    if (result >= 0) return true;
    if (errno == ENOSYS || errno == EDQUOT) return false;
    throw SystemError("join the session keyring " + name);
}

void prctl(int option, unsigned long value, const Why& why) {
    const int result = traced(
        "prctl", why, [&] { return ::prctl(option, value, 0UL, 0UL, 0UL); },
        [&](Arguments& a) {
            a.word(prctl_name(option));
            if (option == PR_SET_PDEATHSIG) {
                a.word(signal_name(static_cast<int>(value)));
            } else {
                a.number(static_cast<std::int64_t>(value));
            }
        });
    if (result < 0) throw SystemError("prctl " + prctl_name(option));
}

}  // namespace minidock::kernel
