#include "minidock/cgroups/refusal.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "minidock/base/error.hpp"

namespace minidock::cgroups {
namespace {

constexpr const char* not_ours =
    "run the engine as root, or in a group that is its own (systemd: Delegate=yes)";

}  // namespace

void throw_refusal(const Setting& setting, const std::string& folder, int error) {
    const std::string tried = fmt::format(
        "cannot limit {}: the kernel refuses \"{}\" for {}/{}: {}", name(setting.controller),
        setting.value, folder, setting.file, std::strerror(error));
    switch (error) {
        case EINVAL:
        case ERANGE:
        case EOVERFLOW:
            throw BadParameter(tried + "; it is no value for this file, or out of its range");
        case EBUSY:
        case ENOSPC:
            throw Conflict(tried +
                           "; what runs in the group uses more than that, or its parent "
                           "allows less");
        case ENODEV:
        case ENXIO:
            throw BadParameter(tried + "; there is no such block device, or it is a partition");
        case ENOENT:
            throw Unsupported(tried + "; this kernel was built or booted without it");
        case EROFS:
            throw Unsupported(tried +
                              "; /sys/fs/cgroup is mounted read-only here, as inside a "
                              "container: the engine needs it writable");
        case EACCES:
        case EPERM:
            throw Unsupported(tried + "; " + not_ours);
        default:
            throw SystemError("limit " + std::string{name(setting.controller)} + ": write \"" +
                                  setting.value + "\" to " + folder + "/" + setting.file,
                              error);
    }
}

// [not_enabled]
void throw_not_enabled(Controller controller, const std::string& folder, int error) {
    const std::string tried = fmt::format(
        "cannot have the {} controller: the kernel refuses \"+{}\" for "
        "{}/cgroup.subtree_control: {}",
        name(controller), name(controller), folder, std::strerror(error));
    switch (error) {
        case EBUSY:
            throw Conflict(tried +
                           "; that group holds processes itself, and a group with "
                           "processes cannot share out: give the container another parent, "
                           "or move them to a group below");
        case ENOENT:
            throw Unsupported(tried +
                              "; the kernel does not have it, or the group above has not "
                              "passed it down (systemd: Delegate=yes)");
        case EACCES:
        case EPERM:
        case EROFS:
            throw Unsupported(tried + "; " + not_ours);
        default:
            throw SystemError("write +" + std::string{name(controller)} + " to " + folder +
                                  "/cgroup.subtree_control",
                              error);
    }
}
// [/not_enabled]

}  // namespace minidock::cgroups
