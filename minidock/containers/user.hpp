// The user that a container's program runs as: names are looked up in the container's own
// /etc/passwd and /etc/group, never in the host's. See passwd(5), group(5).
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "minidock/base/fd.hpp"

namespace minidock::containers {

struct ResolvedUser {
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> additional_gids;
    std::string home = "/";
};

/// Looks a user up.
/// @param root   the container's root file system
/// @param wish   Config.User: "", "name", "uid", "name:group", "uid:gid"
/// @param groups HostConfig.GroupAdd: names or numbers
/// @throws BadParameter "unable to find user x: no matching entries in passwd file"
ResolvedUser resolve_user(const Fd& root, const std::string& wish,
                          const std::vector<std::string>& groups);

/// The same on the texts of the two files.
ResolvedUser resolve_user(const std::string& passwd, const std::string& group,
                          const std::string& wish, const std::vector<std::string>& groups);

}  // namespace minidock::containers
