// A virtual machine as small as QEMU makes them: a kernel, an initial RAM disk, a serial line.
// No disk, no network, no boot loader. See qemu-system-x86_64(1), "microvm".
#pragma once

#include <cstdint>
#include <string>

#include "minidock/base/child.hpp"

namespace minidock::chapter00 {

/// What a machine is made of, besides the initrd.
struct Machine {
    std::string qemu;    ///< the program that plays the computer
    std::string kernel;  ///< the vmlinuz that it boots
    bool kvm = false;    ///< the processor helps; otherwise QEMU translates every instruction
    unsigned ram_mib = 128;
};

/// Finds the parts on this machine: QEMU in $PATH, a kernel in /boot or in the cache that
/// chapter00-fetch-kernel fills.
/// @throws NotFound saying what is missing and how to get it
Machine find_machine();

/// Boots a machine on the initrd in `file`. `descriptors` become its keyboard (0) and screen (1).
/// @throws SystemError when QEMU cannot be started
Child start_machine(const Machine& machine, const std::string& initrd,
                    std::vector<std::pair<int, int>> descriptors);

/// The /init script of a machine that runs one command and then switches itself off.
std::string init_script(const std::vector<std::string>& command);

}  // namespace minidock::chapter00
