// The network namespace of a container, made before the container is: the runtime finds it ready,
// with its devices in it, and only enters it. See network_namespaces(7).
//
// It has no name and no mount: it lives as long as a process is in it or a descriptor of it is
// open. The daemon holds one, and gives the runtime its path (/proc/PID/fd/N). If the daemon dies
// before the container has started, the kernel removes the namespace with all that is in it.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "minidock/base/fd.hpp"
#include "minidock/networks/netlink.hpp"

namespace minidock::networks {

class Sandbox {
  public:
    /// Makes a namespace with its loopback device on.
    static Sandbox make();
    /// That of a running process.
    static Sandbox of_process(pid_t pid);

    /// By which another process can open it, as long as this one lives.
    [[nodiscard]] std::string path() const;
    [[nodiscard]] int fd() const noexcept { return namespace_.get(); }
    /// A socket in there.
    NetlinkSocket& netlink() noexcept { return netlink_; }
    /// Does something in there, on a thread that goes away with it: what it opens stays open.
    void run(const std::function<void()>& action) const;

  private:
    Sandbox(Fd name_space, NetlinkSocket netlink)
        : namespace_{std::move(name_space)}, netlink_{std::move(netlink)} {}

    Fd namespace_;
    NetlinkSocket netlink_;
};

}  // namespace minidock::networks
