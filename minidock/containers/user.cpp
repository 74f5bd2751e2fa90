#include "minidock/containers/user.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "minidock/base/error.hpp"
#include "minidock/rootfs/open_in_root.hpp"

namespace minidock::containers {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

/// A uid or gid; the kernel keeps 2^32-1 for "none".
std::optional<std::uint32_t> parse_id(std::string_view text) {
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), id);
    if (error != std::errc{} || end != text.end() || id == UINT32_MAX) return std::nullopt;
    return id;
}

struct PasswdEntry {
    std::string_view name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::string_view home;
};

/// name:password:uid:gid:comment:home:shell
std::optional<PasswdEntry> parse_passwd_line(std::string_view line) {
    const auto fields = split(line, ':');
    if (fields.size() < 6) return std::nullopt;
    const auto uid = parse_id(fields[2]);
    const auto gid = parse_id(fields[3]);
    if (!uid || !gid) return std::nullopt;
    return PasswdEntry{fields[0], *uid, *gid, fields[5]};
}

struct GroupEntry {
    std::string_view name;
    gid_t gid = 0;
    std::vector<std::string_view> members;
};

/// name:password:gid:member,member
std::optional<GroupEntry> parse_group_line(std::string_view line) {
    const auto fields = split(line, ':');
    if (fields.size() < 4) return std::nullopt;
    const auto gid = parse_id(fields[2]);
    if (!gid) return std::nullopt;
    return GroupEntry{fields[0], *gid, split(fields[3], ',')};
}

/// The first entry whose name is `wish`, or else whose number it is.
std::optional<PasswdEntry> find_user(std::string_view passwd, std::string_view wish) {
    std::optional<PasswdEntry> by_number;
    const auto id = parse_id(wish);
    for (const std::string_view line : split(passwd, '\n')) {
        const auto entry = parse_passwd_line(line);
        if (!entry) continue;
        if (entry->name == wish) return entry;
        if (!by_number && id == entry->uid) by_number = entry;
    }
    return by_number;
}

gid_t find_group(std::string_view group, const std::string& wish) {
    for (const std::string_view line : split(group, '\n')) {
        const auto entry = parse_group_line(line);
        if (entry && entry->name == wish) return entry->gid;
    }
    if (const auto id = parse_id(wish)) return *id;
    throw BadParameter("unable to find group " + wish + ": no matching entries in group file");
}

void add_groups_of(std::string_view group, std::string_view user, std::vector<gid_t>& gids) {
    for (const std::string_view line : split(group, '\n')) {
        const auto entry = parse_group_line(line);
        if (!entry) continue;
        const auto& members = entry->members;
        if (std::find(members.begin(), members.end(), user) != members.end()) {
            gids.push_back(entry->gid);
        }
    }
}

/// The file's text; nothing when there is no such file. A container could put anything in its
/// place: a pipe would block us, and a huge file would fill our memory.
std::string read_small_file(const Fd& root, const char* path) {
    const Fd file = rootfs::find_in_root(root, {path}, O_RDONLY | O_NONBLOCK);
    constexpr off_t limit = off_t{1} << 20;
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode)) return {};
    if (status.st_size > limit) throw BadParameter(std::string{path} + " is larger than 1 MiB");
    return read_all(file.get(), path);
}

}  // namespace

ResolvedUser resolve_user(const std::string& passwd, const std::string& group,
                          const std::string& wish, const std::vector<std::string>& groups) {
    const std::size_t colon = wish.find(':');
    const std::string name = wish.substr(0, colon);
    const std::string group_name = colon == std::string::npos ? "" : wish.substr(colon + 1);

    ResolvedUser user;
    const auto entry = find_user(passwd, name.empty() ? "0" : name);
    if (entry) {
        user.uid = entry->uid;
        user.gid = entry->gid;
        if (!entry->home.empty()) user.home = entry->home;
    } else if (const auto id = parse_id(name)) {
        user.uid = *id;
    } else if (!name.empty()) {
        throw BadParameter("unable to find user " + name + ": no matching entries in passwd file");
    }
    if (!group_name.empty()) {
        user.gid = find_group(group, group_name);
    } else if (entry) {
        add_groups_of(group, entry->name, user.additional_gids);
    }
    for (const std::string& extra : groups)
        user.additional_gids.push_back(find_group(group, extra));
    return user;
}

ResolvedUser resolve_user(const Fd& root, const std::string& wish,
                          const std::vector<std::string>& groups) {
    return resolve_user(read_small_file(root, "etc/passwd"), read_small_file(root, "etc/group"),
                        wish, groups);
}

}  // namespace minidock::containers
