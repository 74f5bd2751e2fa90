// The calls that change network interfaces: netdevice(7). One system call each; SystemError when
// the kernel refuses.
#pragma once

#include <string>

#include "minidock/base/trace.hpp"

namespace minidock::kernel {

/// ioctl(2), SIOCSIFFLAGS: switches an interface of the caller's network namespace on.
void set_interface_up(const std::string& name, const Why& why);

}  // namespace minidock::kernel
