// The eight kinds of namespaces: what each makes a process's own. See namespaces(7).
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace minidock::namespaces {

/// A kind of namespace, by what it gives a process of its own.
enum class Kind {
    mount,    ///< the table of mounts: its file tree
    pid,      ///< the process numbers
    uts,      ///< host name and domain name
    ipc,      ///< System V IPC and POSIX message queues
    network,  ///< devices, addresses, routes, ports
    user,     ///< users, groups, and what capabilities reach
    cgroup,   ///< where the cgroup tree seems to begin
    time,     ///< the boot-time and monotonic clocks
};

/// All kinds, in the order in which this course meets them.
inline constexpr std::array all_kinds{Kind::mount,   Kind::pid,  Kind::uts,    Kind::ipc,
                                      Kind::network, Kind::user, Kind::cgroup, Kind::time};

/// The CLONE_NEW… flag that clone3(2), unshare(2) and setns(2) know the kind by.
std::uint64_t clone_flag(Kind kind);

/// The kind's file in /proc/PID/ns: "mnt", "pid", "net", …
std::string_view proc_name(Kind kind);

/// The kind's name in an OCI config.json, where "mount", "network" and so on are spelled out.
std::string_view oci_name(Kind kind);

/// The kind that an OCI config.json calls `name`.
std::optional<Kind> kind_by_oci_name(std::string_view name);

/// Some of the eight kinds.
class KindSet {
  public:
    constexpr KindSet() = default;
    constexpr KindSet(std::initializer_list<Kind> kinds) {
        for (const Kind kind : kinds)
            insert(kind);
    }
    /// Every kind there is.
    static constexpr KindSet all() {
        KindSet kinds;
        for (const Kind kind : all_kinds)
            kinds.insert(kind);
        return kinds;
    }
    constexpr void insert(Kind kind) { bits_ |= bit(kind); }
    constexpr void erase(Kind kind) { bits_ &= ~bit(kind); }
    [[nodiscard]] constexpr bool contains(Kind kind) const { return (bits_ & bit(kind)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    /// The CLONE_NEW… flags of all of them together.
    [[nodiscard]] std::uint64_t clone_flags() const;

  private:
    static constexpr unsigned bit(Kind kind) { return 1U << static_cast<unsigned>(kind); }
    unsigned bits_ = 0;
};

}  // namespace minidock::namespaces
