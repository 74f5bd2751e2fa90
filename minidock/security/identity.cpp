#include "minidock/security/identity.hpp"

#include <sys/prctl.h>

#include "minidock/base/kernel/identity.hpp"
#include "minidock/base/kernel/process.hpp"

namespace minidock::security {

// [assume]
void assume(const Identity& identity) {
    const User& user = identity.user;
    // lab 04.3: the bounding set, the groups, the group, the user, and the other four sets, in an
    // order in which each step still has the right to be taken.
    if (identity.capabilities) limit_bounding_set(identity.capabilities->bounding);
    // That needed CAP_SETPCAP, and groups need CAP_SETGID: both go with the user.
    if (identity.may_set_groups) {
        kernel::set_groups(user.additional_gids, {4, "these groups and no others"});
    }
    kernel::set_group(user.gid, {4, "the group of the container's program"});

    // setresuid(2) away from 0 empties the permitted set, unless it is told to keep it.
    if (identity.capabilities) kernel::prctl(PR_SET_KEEPCAPS, 1, {4, "keep them over the change"});
    kernel::set_user(user.uid, {4, "the user of the container's program"});
    if (identity.capabilities) {
        kernel::prctl(PR_SET_KEEPCAPS, 0, {4, "and never again"});
        set_capabilities(*identity.capabilities);
    }
    // end lab
    if (user.umask) kernel::umask(*user.umask, {4, "what new files do not allow"});
    if (identity.no_new_privileges) {
        kernel::prctl(PR_SET_NO_NEW_PRIVS, 1, {4, "set-user-ID programs give nothing"});
    }
}
// [/assume]

}  // namespace minidock::security
