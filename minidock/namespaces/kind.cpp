#include "minidock/namespaces/kind.hpp"

#include <linux/sched.h>

namespace minidock::namespaces {
namespace {

struct Names {
    std::uint64_t clone_flag;
    std::string_view proc_name;
    std::string_view oci_name;
};

/// The three names that the kernel and the OCI have for a kind, in the order of the enum.
constexpr std::array<Names, all_kinds.size()> table{{
    {CLONE_NEWNS, "mnt", "mount"},
    {CLONE_NEWPID, "pid", "pid"},
    {CLONE_NEWUTS, "uts", "uts"},
    {CLONE_NEWIPC, "ipc", "ipc"},
    {CLONE_NEWNET, "net", "network"},
    {CLONE_NEWUSER, "user", "user"},
    {CLONE_NEWCGROUP, "cgroup", "cgroup"},
    {CLONE_NEWTIME, "time", "time"},
}};

const Names& names_of(Kind kind) {
    return table[static_cast<std::size_t>(kind)];
}

}  // namespace

std::uint64_t clone_flag(Kind kind) {
    return names_of(kind).clone_flag;
}

std::string_view proc_name(Kind kind) {
    return names_of(kind).proc_name;
}

std::string_view oci_name(Kind kind) {
    return names_of(kind).oci_name;
}

std::optional<Kind> kind_by_oci_name(std::string_view name) {
    for (const Kind kind : all_kinds) {
        if (oci_name(kind) == name) return kind;
    }
    return std::nullopt;
}

std::uint64_t KindSet::clone_flags() const {
    std::uint64_t flags = 0;
    // lab 01.1: collect the CLONE_NEW… flag of every kind that this set contains.
    for (const Kind kind : all_kinds) {
        if (contains(kind)) flags |= clone_flag(kind);
    }
    // end lab
    return flags;
}

}  // namespace minidock::namespaces
