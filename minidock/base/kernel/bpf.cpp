#include "minidock/base/kernel/bpf.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "minidock/base/error.hpp"

namespace minidock::kernel {

using trace::Arguments;
using trace::traced;

namespace {

/// How many programs a group can have attached (BPF_CGROUP_MAX_PROGS).
constexpr std::size_t most_programs = 64;

int bpf(bpf_cmd command, bpf_attr& request) {
    return static_cast<int>(::syscall(SYS_bpf, command, &request, sizeof request));
}

/// All of the union is cleared: the kernel refuses a request with unknown bytes set.
bpf_attr empty_request() {
    bpf_attr request;
    std::memset(&request, 0, sizeof request);
    return request;
}

}  // namespace

Fd bpf_load_device_program(std::span<const bpf_insn> instructions, const Why& why) {
    static constexpr char license[] = "Apache-2.0";
    bpf_attr request = empty_request();
    request.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    request.insns = reinterpret_cast<std::uint64_t>(instructions.data());
    request.insn_cnt = static_cast<std::uint32_t>(instructions.size());
    request.license = reinterpret_cast<std::uint64_t>(license);
    const int fd = traced(
        "bpf", why, [&] { return bpf(BPF_PROG_LOAD, request); },
        [&](Arguments& a) {
            a.word("BPF_PROG_LOAD").word("{prog_type=BPF_PROG_TYPE_CGROUP_DEVICE");
            a.word("insn_cnt=" + std::to_string(instructions.size())).word("…}");
            a.number(sizeof request);
        });
    if (fd < 0) throw SystemError("load the BPF program of a device filter");
    return Fd{fd};
}

void bpf_attach_device_program(int cgroup, int program, int replaced, const Why& why) {
    bpf_attr request = empty_request();
    request.target_fd = static_cast<std::uint32_t>(cgroup);
    request.attach_bpf_fd = static_cast<std::uint32_t>(program);
    request.attach_type = BPF_CGROUP_DEVICE;
    request.attach_flags = BPF_F_ALLOW_MULTI;
    if (replaced >= 0) {
        request.attach_flags |= BPF_F_REPLACE;
        request.replace_bpf_fd = static_cast<std::uint32_t>(replaced);
    }
    const int result = traced(
        "bpf", why, [&] { return bpf(BPF_PROG_ATTACH, request); },
        [&](Arguments& a) {
            Arguments target;
            target.fd(cgroup);
            a.word("BPF_PROG_ATTACH").word("{target_fd=" + target.str());
            a.word("attach_bpf_fd=" + std::to_string(program));
            a.word("attach_type=BPF_CGROUP_DEVICE");
            a.word(replaced < 0 ? "attach_flags=BPF_F_ALLOW_MULTI}"
                                : "attach_flags=BPF_F_ALLOW_MULTI|BPF_F_REPLACE, replace_bpf_fd=" +
                                      std::to_string(replaced) + "}");
            a.number(sizeof request);
        });
    if (result < 0) throw SystemError("attach the device filter to the control group");
}

std::vector<Fd> bpf_device_programs_of(int cgroup) {
    std::array<std::uint32_t, most_programs> ids{};
    bpf_attr request = empty_request();
    request.query.target_fd = static_cast<std::uint32_t>(cgroup);
    request.query.attach_type = BPF_CGROUP_DEVICE;
    request.query.prog_ids = reinterpret_cast<std::uint64_t>(ids.data());
    request.query.prog_cnt = ids.size();
    if (bpf(BPF_PROG_QUERY, request) < 0) {
        throw SystemError("list the device filters of the control group");
    }
    std::vector<Fd> programs;
    for (std::uint32_t i = 0; i < request.query.prog_cnt; ++i) {
        bpf_attr by_id = empty_request();
        by_id.prog_id = ids[i];
        const int fd = bpf(BPF_PROG_GET_FD_BY_ID, by_id);
        if (fd < 0) throw SystemError("open the device filter of the control group");
        programs.emplace_back(fd);
    }
    return programs;
}

}  // namespace minidock::kernel
