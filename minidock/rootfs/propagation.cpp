#include "minidock/rootfs/propagation.hpp"

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/rootfs/mount_options.hpp"

namespace minidock::rootfs {
namespace {

unsigned long flag_of(Propagation propagation) {
    switch (propagation) {
        case Propagation::shared:
            return MS_SHARED;
        case Propagation::slave:
            return MS_SLAVE;
        case Propagation::private_:
            return MS_PRIVATE;
        case Propagation::unbindable:
            return MS_UNBINDABLE;
    }
    return 0;
}

void change(const std::string& path, unsigned long flags) {
    kernel::mount({.target = path, .flags = flags},
                  {3, "which mounts are passed on between namespaces"});
}

}  // namespace

void set_propagation(const std::string& path, Propagation propagation, Reach reach) {
    const unsigned long flag = flag_of(propagation);
    change(path, reach == Reach::whole_tree ? flag | MS_REC : flag);
}

void set_propagation(const std::string& path, const std::string& word) {
    const MountOptions options = parse_mount_options({word});
    if (options.propagation.empty()) {
        throw BadParameter("\"" + word + "\" is no mount propagation (shared, rslave, private, …)");
    }
    change(path, options.propagation.front());
}

// [stop]
void stop_passing_mounts_on() {
    set_propagation("/", Propagation::slave, Reach::whole_tree);
}
// [/stop]

}  // namespace minidock::rootfs
