// The device filter of cgroup v2. It is no controller with files: it is a BPF program that the
// kernel runs each time a process of the group opens or makes a device file, and that answers 1
// for "yes" or 0 for "no". See the kernel's cgroup-v2.rst, "Device controller", and bpf(2).
#pragma once

#include <linux/bpf.h>

#include <span>
#include <string>
#include <vector>

#include "minidock/cgroups/device_rules.hpp"

namespace minidock::cgroups {

/// The program for a list of devices: its exceptions are asked one after the other, and the first
/// that fits decides.
std::vector<bpf_insn> device_program(const DeviceList& list);

/// The program in the notation of the kernel's BPF verifier, a line an instruction.
std::string listing(std::span<const bpf_insn> program);

/// Loads the program and makes it the group's filter, in the place of one that is there.
/// @param folder_fd  the group's folder in the v2 tree
void attach_device_filter(int folder_fd, const DeviceList& list, bool replace);

}  // namespace minidock::cgroups
