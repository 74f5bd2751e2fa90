#include "minidock/base/kernel/identity.hpp"

#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/names.hpp"

namespace minidock::kernel {

using trace::Arguments;
using trace::traced;

void set_user(uid_t uid, const Why& why) {
    const int result = traced(
        "setresuid", why, [&] { return ::setresuid(uid, uid, uid); },
        [&](Arguments& a) { a.number(uid).number(uid).number(uid); });
    if (result < 0) throw SystemError("become user " + std::to_string(uid));
}

void set_group(gid_t gid, const Why& why) {
    const int result = traced(
        "setresgid", why, [&] { return ::setresgid(gid, gid, gid); },
        [&](Arguments& a) { a.number(gid).number(gid).number(gid); });
    if (result < 0) throw SystemError("become group " + std::to_string(gid));
}

void set_groups(const std::vector<gid_t>& groups, const Why& why) {
    const int result = traced(
        "setgroups", why, [&] { return ::setgroups(groups.size(), groups.data()); },
        [&](Arguments& a) {
            Arguments list;
            for (const gid_t group : groups)
                list.number(group);
            a.number(static_cast<std::int64_t>(groups.size())).word("[" + list.str() + "]");
        });
    if (result < 0) throw SystemError("set the supplementary groups");
}

namespace {

std::string capability_mask(std::uint64_t set) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "%#lx", static_cast<unsigned long>(set));
    return set == 0 ? "0" : text.data();
}

}  // namespace

void capset(const CapabilitySets& sets, const Why& why) {
    __user_cap_header_struct header{};
    header.version = _LINUX_CAPABILITY_VERSION_3;
    // Version 3 takes each 64-bit set as two halves.
    std::array<__user_cap_data_struct, 2> halves{};
    for (std::size_t half = 0; half < halves.size(); ++half) {
        const auto part = [half](std::uint64_t set) {
            return static_cast<std::uint32_t>(set >> (32 * half));
        };
        halves[half] = {part(sets.effective), part(sets.permitted), part(sets.inheritable)};
    }
    const long result = traced(
        "capset", why, [&] { return ::syscall(SYS_capset, &header, halves.data()); },
        [&](Arguments& a) {
            a.word("effective=" + capability_mask(sets.effective));
            a.word("permitted=" + capability_mask(sets.permitted));
            a.word("inheritable=" + capability_mask(sets.inheritable));
        });
    if (result < 0) throw SystemError("set the capabilities");
}

namespace {

void prctl_capability(int option, unsigned long operation, int capability, const Why& why) {
    const auto argument = static_cast<unsigned long>(capability);
    const bool ambient = option == PR_CAP_AMBIENT;
    const int result = traced(
        "prctl", why,
        [&] {
            return ambient ? ::prctl(option, operation, argument, 0UL, 0UL)
                           : ::prctl(option, argument, 0UL, 0UL, 0UL);
        },
        [&](Arguments& a) {
            a.word(prctl_name(option));
            if (ambient) {
                a.word(operation == PR_CAP_AMBIENT_RAISE ? "PR_CAP_AMBIENT_RAISE"
                                                         : "PR_CAP_AMBIENT_CLEAR_ALL");
            }
            if (!ambient || operation == PR_CAP_AMBIENT_RAISE) a.word(capability_name(capability));
        });
    if (result < 0) throw SystemError(prctl_name(option) + " " + capability_name(capability));
}

}  // namespace

void drop_from_bounding_set(int capability, const Why& why) {
    prctl_capability(PR_CAPBSET_DROP, 0, capability, why);
}

void raise_ambient(int capability, const Why& why) {
    prctl_capability(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, why);
}

void clear_ambient(const Why& why) {
    prctl_capability(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, why);
}

void set_rlimit(int resource, const rlimit& limit, const Why& why) {
    const auto kind = static_cast<__rlimit_resource>(resource);
    const int result = traced(
        "prlimit64", why, [&] { return ::prlimit(0, kind, &limit, nullptr); },
        [&](Arguments& a) {
            a.number(0).word(rlimit_name(resource));
            a.word("{rlim_cur=" + std::to_string(limit.rlim_cur) +
                   ", rlim_max=" + std::to_string(limit.rlim_max) + "}");
            a.word("NULL");
        });
    if (result < 0) throw SystemError("set the limit " + rlimit_name(resource));
}

int set_seccomp_filter(const std::string& instructions, unsigned flags, const Why& why) {
    std::vector<sock_filter> filter(instructions.size() / sizeof(sock_filter));
    std::memcpy(filter.data(), instructions.data(), filter.size() * sizeof(sock_filter));
    const sock_fprog program{.len = static_cast<unsigned short>(filter.size()),
                             .filter = filter.data()};
    const long result = traced(
        "seccomp", why,
        [&] { return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program); },
        [&](Arguments& a) {
            a.word("SECCOMP_SET_MODE_FILTER").number(flags);
            a.word("{len=" + std::to_string(filter.size()) + "}");
        });
    if (result < 0) throw SystemError("install the seccomp filter");
    return static_cast<int>(result);
}

mode_t umask(mode_t mask, const Why& why) {
    return traced(
        "umask", why, [&] { return ::umask(mask); }, [&](Arguments& a) { a.octal(mask); });
}

}  // namespace minidock::kernel
