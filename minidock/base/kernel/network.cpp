#include "minidock/base/kernel/network.hpp"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"

namespace minidock::kernel {

using trace::Arguments;
using trace::traced;

void set_interface_up(const std::string& name, const Why& why) {
    // Any socket will do: it stands for the namespace that it was made in.
    const Fd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!socket) throw SystemError("make a socket");
    ifreq request{};
    if (name.size() >= sizeof request.ifr_name) throw SystemError("use interface " + name, EINVAL);
    std::memcpy(request.ifr_name, name.c_str(), name.size());
    request.ifr_flags = IFF_UP;
    const int result = traced(
        "ioctl", why, [&] { return ::ioctl(socket.get(), SIOCSIFFLAGS, &request); },
        [&](Arguments& a) {
            a.fd(socket.get()).word("SIOCSIFFLAGS");
            a.word("{ifr_name=\"" + name + "\", ifr_flags=IFF_UP}");
        });
    if (result < 0) throw SystemError("switch the interface " + name + " on");
}

}  // namespace minidock::kernel
