// bpf(2), for programs that the kernel asks before it opens a device file for a control group.
// One system call each; SystemError when the kernel refuses.
#pragma once

#include <linux/bpf.h>

#include <cstdint>
#include <span>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/base/trace.hpp"

namespace minidock::kernel {

/// BPF_PROG_LOAD of a BPF_PROG_TYPE_CGROUP_DEVICE program: the kernel verifies and compiles it.
/// The program lives as long as a descriptor for it or an attachment.
Fd bpf_load_device_program(std::span<const bpf_insn> instructions, const Why& why);

/// BPF_PROG_ATTACH of a device program to the v2 group that `cgroup` is open at.
/// @param replaced  the attached program whose place it takes; -1 to add it
void bpf_attach_device_program(int cgroup, int program, int replaced, const Why& why);

/// BPF_PROG_QUERY and BPF_PROG_GET_FD_BY_ID: the device programs attached to a group.
/// (Looking, not changing: not in the trace.)
std::vector<Fd> bpf_device_programs_of(int cgroup);

}  // namespace minidock::kernel
