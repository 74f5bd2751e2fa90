// Who a process is, and the order in which it gives up being root. See credentials(7),
// setresuid(2), capabilities(7), PR_SET_NO_NEW_PRIVS in prctl(2).
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

#include "minidock/security/capabilities.hpp"

namespace minidock::security {

/// process.user of an OCI config.json.
struct User {
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> additional_gids;
    std::optional<mode_t> umask;
};

/// What a process is and may do once it runs the container's program.
struct Identity {
    User user;
    std::optional<Capabilities> capabilities;  ///< none: as the kernel leaves them for the user
    bool no_new_privileges = false;
    bool may_set_groups = true;  ///< false in a user namespace where setgroups(2) is denied
};

/// Makes the caller this identity. There is no way back.
/// @throws SystemError naming the step that the kernel refused
void assume(const Identity& identity);

}  // namespace minidock::security
