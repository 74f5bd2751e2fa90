#include "minidock/base/kernel/names.hpp"

#include <fcntl.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstring>

#include "minidock/base/error.hpp"

namespace minidock::kernel {

using trace::Flag;

#define FLAG(name)                              \
    Flag {                                      \
        static_cast<std::uint64_t>(name), #name \
    }

std::span<const Flag> clone_flag_names() {
    static constexpr std::array names{
        FLAG(CLONE_PIDFD),  FLAG(CLONE_NEWTIME),     FLAG(CLONE_NEWNS),   FLAG(CLONE_NEWCGROUP),
        FLAG(CLONE_NEWUTS), FLAG(CLONE_NEWIPC),      FLAG(CLONE_NEWUSER), FLAG(CLONE_NEWPID),
        FLAG(CLONE_NEWNET), FLAG(CLONE_INTO_CGROUP), FLAG(CLONE_PARENT),
    };
    return names;
}

std::span<const Flag> mount_flag_names() {
    static constexpr std::array names{
        FLAG(MS_RDONLY),      FLAG(MS_NOSUID),      FLAG(MS_NODEV),      FLAG(MS_NOEXEC),
        FLAG(MS_SYNCHRONOUS), FLAG(MS_REMOUNT),     FLAG(MS_MANDLOCK),   FLAG(MS_DIRSYNC),
        FLAG(MS_NOSYMFOLLOW), FLAG(MS_NOATIME),     FLAG(MS_NODIRATIME), FLAG(MS_BIND),
        FLAG(MS_MOVE),        FLAG(MS_REC),         FLAG(MS_SILENT),     FLAG(MS_POSIXACL),
        FLAG(MS_UNBINDABLE),  FLAG(MS_PRIVATE),     FLAG(MS_SLAVE),      FLAG(MS_SHARED),
        FLAG(MS_RELATIME),    FLAG(MS_STRICTATIME), FLAG(MS_LAZYTIME),
    };
    return names;
}

std::span<const Flag> umount_flag_names() {
    static constexpr std::array names{FLAG(MNT_FORCE), FLAG(MNT_DETACH), FLAG(MNT_EXPIRE),
                                      FLAG(UMOUNT_NOFOLLOW)};
    return names;
}

std::span<const Flag> mount_attribute_names() {
    static constexpr std::array names{
        FLAG(MOUNT_ATTR_RDONLY),     FLAG(MOUNT_ATTR_NOSUID),  FLAG(MOUNT_ATTR_NODEV),
        FLAG(MOUNT_ATTR_NOEXEC),     FLAG(MOUNT_ATTR_NOATIME), FLAG(MOUNT_ATTR_STRICTATIME),
        FLAG(MOUNT_ATTR_NODIRATIME), FLAG(MOUNT_ATTR_IDMAP),   FLAG(MOUNT_ATTR_NOSYMFOLLOW),
    };
    return names;
}

std::span<const Flag> open_tree_flag_names() {
    static constexpr std::array names{FLAG(OPEN_TREE_CLONE), FLAG(OPEN_TREE_CLOEXEC),
                                      FLAG(AT_EMPTY_PATH), FLAG(AT_RECURSIVE)};
    return names;
}

std::span<const Flag> move_mount_flag_names() {
    static constexpr std::array names{FLAG(MOVE_MOUNT_F_EMPTY_PATH), FLAG(MOVE_MOUNT_T_EMPTY_PATH)};
    return names;
}

std::span<const Flag> path_flag_names() {
    // AT_REMOVEDIR is 0x200 for unlinkat(2) only; no call here uses AT_EACCESS, its other name.
    static constexpr std::array names{FLAG(AT_SYMLINK_NOFOLLOW), FLAG(AT_REMOVEDIR),
                                      FLAG(AT_EMPTY_PATH), FLAG(AT_RECURSIVE)};
    return names;
}

std::string rlimit_name(int resource) {
    static constexpr std::array names{
        FLAG(RLIMIT_CPU),      FLAG(RLIMIT_FSIZE), FLAG(RLIMIT_DATA),   FLAG(RLIMIT_STACK),
        FLAG(RLIMIT_CORE),     FLAG(RLIMIT_RSS),   FLAG(RLIMIT_NPROC),  FLAG(RLIMIT_NOFILE),
        FLAG(RLIMIT_MEMLOCK),  FLAG(RLIMIT_AS),    FLAG(RLIMIT_LOCKS),  FLAG(RLIMIT_SIGPENDING),
        FLAG(RLIMIT_MSGQUEUE), FLAG(RLIMIT_NICE),  FLAG(RLIMIT_RTPRIO), FLAG(RLIMIT_RTTIME),
    };
    const auto found = std::ranges::find(names, static_cast<std::uint64_t>(resource), &Flag::value);
    return found == names.end() ? std::to_string(resource) : found->name;
}

std::string prctl_name(int option) {
    static constexpr std::array names{
        FLAG(PR_SET_PDEATHSIG), FLAG(PR_SET_DUMPABLE),        FLAG(PR_SET_KEEPCAPS),
        FLAG(PR_CAPBSET_DROP),  FLAG(PR_SET_CHILD_SUBREAPER), FLAG(PR_SET_NO_NEW_PRIVS),
        FLAG(PR_CAP_AMBIENT),
    };
    const auto found = std::ranges::find(names, static_cast<std::uint64_t>(option), &Flag::value);
    return found == names.end() ? std::to_string(option) : found->name;
}

#undef FLAG

std::string signal_name(int signal) {
    if (signal == 0) return "0";
    const char* name = ::sigabbrev_np(signal);
    return name == nullptr ? std::to_string(signal) : std::string{"SIG"} + name;
}

namespace {

std::string upper_case(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

}  // namespace

int signal_number(const std::string& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = error == std::errc{} && end == text.data() + text.size();
    if (is_number && number > 0 && number < NSIG) return number;

    std::string name = upper_case(text);
    if (name.starts_with("SIG")) name.erase(0, 3);
    for (int signal = 1; signal < NSIG; ++signal) {
        const char* known = ::sigabbrev_np(signal);
        if (known != nullptr && name == known) return signal;
    }
    if (name == "RTMIN") return SIGRTMIN;
    if (name == "RTMAX") return SIGRTMAX;
    throw BadParameter("unknown signal \"" + text + "\"");
}

std::span<const char* const> capability_names() {
    // In the order of linux/capability.h, whose numbers never change.
    static constexpr std::array names{
        "CAP_CHOWN",
        "CAP_DAC_OVERRIDE",
        "CAP_DAC_READ_SEARCH",
        "CAP_FOWNER",
        "CAP_FSETID",
        "CAP_KILL",
        "CAP_SETGID",
        "CAP_SETUID",
        "CAP_SETPCAP",
        "CAP_LINUX_IMMUTABLE",
        "CAP_NET_BIND_SERVICE",
        "CAP_NET_BROADCAST",
        "CAP_NET_ADMIN",
        "CAP_NET_RAW",
        "CAP_IPC_LOCK",
        "CAP_IPC_OWNER",
        "CAP_SYS_MODULE",
        "CAP_SYS_RAWIO",
        "CAP_SYS_CHROOT",
        "CAP_SYS_PTRACE",
        "CAP_SYS_PACCT",
        "CAP_SYS_ADMIN",
        "CAP_SYS_BOOT",
        "CAP_SYS_NICE",
        "CAP_SYS_RESOURCE",
        "CAP_SYS_TIME",
        "CAP_SYS_TTY_CONFIG",
        "CAP_MKNOD",
        "CAP_LEASE",
        "CAP_AUDIT_WRITE",
        "CAP_AUDIT_CONTROL",
        "CAP_SETFCAP",
        "CAP_MAC_OVERRIDE",
        "CAP_MAC_ADMIN",
        "CAP_SYSLOG",
        "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND",
        "CAP_AUDIT_READ",
        "CAP_PERFMON",
        "CAP_BPF",
        "CAP_CHECKPOINT_RESTORE",
    };
    return names;
}

std::string capability_name(int capability) {
    const auto names = capability_names();
    const auto index = static_cast<std::size_t>(capability);
    return index < names.size() ? names[index] : std::to_string(capability);
}

}  // namespace minidock::kernel
