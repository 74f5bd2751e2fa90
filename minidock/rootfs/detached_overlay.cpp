#include <fcntl.h>
#include <linux/sched.h>

#include <exception>
#include <thread>

#include "minidock/base/kernel/mount.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/rootfs/overlay.hpp"
#include "minidock/rootfs/propagation.hpp"

namespace minidock::rootfs {

Fd open_overlay(const Overlay& overlay) {
    // fsopen(2) and fsconfig(2) would make a detached mount directly, but before Linux 6.7 take
    // no more than 255 bytes of lower folders. So: mount it where nobody sees it, on one of its
    // own folders, and keep a detached copy. The namespace is the thread's alone and ends with it.
    Fd detached;
    std::exception_ptr failure;
    std::thread{[&] {
        try {
            const std::string place = overlay.lower.front();
            kernel::unshare(CLONE_NEWNS, {3, "a place to mount that nobody else sees"});
            set_propagation("/", Propagation::private_, Reach::whole_tree);
            mount_overlay(overlay, place);
            detached = kernel::open_tree(AT_FDCWD, place, OPEN_TREE_CLONE,
                                         {3, "a copy of the mount, without a place"});
        } catch (...) {
            failure = std::current_exception();
        }
    }}.join();
    if (failure) std::rethrow_exception(failure);
    return detached;
}

}  // namespace minidock::rootfs
