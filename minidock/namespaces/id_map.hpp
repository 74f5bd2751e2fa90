// Which users and groups inside a user namespace stand for which outside: /proc/PID/uid_map and
// gid_map. See user_namespaces(7).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace minidock::namespaces {

/// One line of a map: `size` ids from `inside` on stand for those from `outside` on.
struct IdRange {
    std::uint32_t inside = 0;
    std::uint32_t outside = 0;
    std::uint32_t size = 0;
    bool operator==(const IdRange&) const = default;
};

/// Both maps of a user namespace.
struct IdMaps {
    std::vector<IdRange> users;
    std::vector<IdRange> groups;
};

/// The text that the kernel's file takes: "0 100000 65536\n" a range.
std::string map_text(const std::vector<IdRange>& ranges);

/// A range written as "INSIDE:OUTSIDE:SIZE", as on a command line.
/// @throws BadParameter naming the text
IdRange parse_range(const std::string& text);

/// The id outside that `inside` stands for.
/// @throws BadParameter when no range covers it
std::uint32_t to_outside(const std::vector<IdRange>& ranges, std::uint32_t inside);

/// Writes both maps for the new user namespace that the process `pid` is in. This can be done
/// once only, and from outside, by whoever has the right over the ids.
/// @throws SystemError naming the file
void write_id_maps(pid_t pid, const IdMaps& maps);

/// The maps of the user namespace that the process `pid` is in, as the caller sees them.
/// @throws SystemError when there is no such process
IdMaps id_maps_of(pid_t pid);

/// In a user namespace whose maps are written: become the first user and group in them. A process
/// comes into a new user namespace as nobody (65534), since its own user may have no number there.
void become_first_inside(const IdMaps& maps);

}  // namespace minidock::namespaces
