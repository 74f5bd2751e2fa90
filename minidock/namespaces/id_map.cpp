#include "minidock/namespaces/id_map.hpp"

#include <unistd.h>

#include <array>
#include <charconv>
#include <sstream>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/kernel/file.hpp"
#include "minidock/base/kernel/identity.hpp"

namespace minidock::namespaces {

std::string map_text(const std::vector<IdRange>& ranges) {
    std::string text;
    for (const IdRange& range : ranges) {
        text += std::to_string(range.inside) + " " + std::to_string(range.outside) + " " +
                std::to_string(range.size) + "\n";
    }
    return text;
}

IdRange parse_range(const std::string& text) {
    std::array<std::uint32_t, 3> numbers{};
    const char* at = text.data();
    const char* const end = at + text.size();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto [next, error] = std::from_chars(at, end, numbers[i]);
        const bool last = i + 1 == numbers.size();
        const bool delimited = last ? next == end : next != end && *next == ':';
        if (error != std::errc{} || !delimited) {
            throw BadParameter("id map \"" + text +
                               "\": want INSIDE:OUTSIDE:SIZE, as 0:100000:65536");
        }
        at = next + 1;
    }
    if (numbers[2] == 0) throw BadParameter("id map \"" + text + "\": the size must not be 0");
    return {numbers[0], numbers[1], numbers[2]};
}

std::uint32_t to_outside(const std::vector<IdRange>& ranges, std::uint32_t inside) {
    // lab 01.3: find the range that `inside` lies in, and return the id that it stands for.
    for (const IdRange& range : ranges) {
        if (inside >= range.inside && inside - range.inside < range.size) {
            return range.outside + (inside - range.inside);
        }
    }
    // end lab
    throw BadParameter("id " + std::to_string(inside) + " is not in the id map");
}

namespace {

void write_map(const std::string& file, const std::vector<IdRange>& ranges, const Why& why) {
    try {
        kernel::write_file(file, map_text(ranges), why);
    } catch (const SystemError& error) {
        const bool forbidden = error.error() == EPERM && ::geteuid() != 0;
        throw SystemError(
            "write " + file + (forbidden ? " (who is not root may map one id, its own)" : ""),
            error.error());
    }
}

}  // namespace

// [id-maps]
void write_id_maps(pid_t pid, const IdMaps& maps) {
    const std::string process = "/proc/" + std::to_string(pid);
    // lab 01.4: write setgroups (see user_namespaces(7)), uid_map and gid_map of the process.
    if (::geteuid() != 0) {
        // An ordinary user may map a group only where nobody can drop groups: a file that denies
        // access to a group would otherwise open up to its own member (CVE-2014-8989).
        kernel::write_file(process + "/setgroups", "deny",
                           {1, "nobody in there may drop the groups they are in"});
    }
    write_map(process + "/uid_map", maps.users, {1, "which users inside stand for which outside"});
    write_map(process + "/gid_map", maps.groups,
              {1, "which groups inside stand for which outside"});
    // end lab
}
// [/id-maps]

namespace {

std::vector<IdRange> parse_map(const std::string& kernel_text) {
    std::vector<IdRange> ranges;
    std::istringstream lines{kernel_text};
    for (IdRange range; lines >> range.inside >> range.outside >> range.size;) {
        ranges.push_back(range);
    }
    return ranges;
}

}  // namespace

IdMaps id_maps_of(pid_t pid) {
    const std::string process = "/proc/" + std::to_string(pid);
    return {.users = parse_map(read_file(process + "/uid_map")),
            .groups = parse_map(read_file(process + "/gid_map"))};
}

void become_first_inside(const IdMaps& maps) {
    constexpr Why why{1, "from here on the first user and group of the map"};
    // Where the file says "deny", nobody may; write_id_maps() says why.
    if (read_file("/proc/self/setgroups").starts_with("allow")) {
        kernel::set_groups({}, {1, "the groups of outside mean nothing in here"});
    }
    if (!maps.groups.empty()) kernel::set_group(maps.groups.front().inside, why);
    if (!maps.users.empty()) kernel::set_user(maps.users.front().inside, why);
}

}  // namespace minidock::namespaces
