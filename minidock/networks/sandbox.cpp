#include "minidock/networks/sandbox.hpp"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <exception>
#include <optional>
#include <thread>

#include "minidock/base/kernel/file.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/networks/link.hpp"

namespace minidock::networks {
namespace {

/// A network namespace belongs to a thread: a thread of its own may change it and then ends.
void on_a_thread(const std::function<void()>& action) {
    std::exception_ptr failure;
    const int explain = trace::fd();
    std::thread{[&] {
        try {
            const trace::Scope scope{explain, "minidockd"};
            action();
        } catch (...) {
            failure = std::current_exception();
        }
    }}.join();
    if (failure) std::rethrow_exception(failure);
}

Fd open_own() {
    return open_file("/proc/thread-self/ns/net", O_RDONLY);
}

}  // namespace

// [make]
Sandbox Sandbox::make() {
    std::optional<Sandbox> sandbox;
    on_a_thread([&] {
        kernel::unshare(CLONE_NEWNET, {10, "devices, addresses, routes and ports of its own"});
        sandbox.emplace(Sandbox{open_own(), NetlinkSocket{}});
        NetlinkBatch batch;
        set_link_up(batch, "lo");
        sandbox->netlink().run(batch, {10, "127.0.0.1 of its own"});
        // A device in a network without IPv6 shall not look for neighbours; plug_in() lifts it.
        const char* const ipv6 = "/proc/sys/net/ipv6/conf/default/disable_ipv6";
        if (::access(ipv6, W_OK) == 0)
            kernel::write_file(ipv6, "1", {10, "no IPv6 but on networks that have it"});
    });
    return std::move(*sandbox);
}
// [/make]

Sandbox Sandbox::of_process(pid_t pid) {
    Fd name_space = open_file("/proc/" + std::to_string(pid) + "/ns/net", O_RDONLY);
    std::optional<NetlinkSocket> socket;
    on_a_thread([&] {
        kernel::setns(name_space.get(), CLONE_NEWNET, {10, "look into the container's network"});
        socket.emplace();
    });
    return Sandbox{std::move(name_space), std::move(*socket)};
}

std::string Sandbox::path() const {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd());
}

void Sandbox::run(const std::function<void()>& action) const {
    on_a_thread([&] {
        kernel::setns(fd(), CLONE_NEWNET, {10, "do something in the container's network"});
        action();
    });
}

}  // namespace minidock::networks
