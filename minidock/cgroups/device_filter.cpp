#include "minidock/cgroups/device_filter.hpp"

#include <fmt/format.h>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/kernel/bpf.hpp"

namespace minidock::cgroups {
namespace {

// A BPF program has eleven registers. On entry r1 points to what is asked (struct
// bpf_cgroup_dev_ctx: access_type, major, minor); on exit the answer is in r0.
enum Register : std::uint8_t { r0, r1, r2, r3, r4, r5, r6 };
constexpr Register answer = r0, question = r1, type = r2, access = r3, dev_major = r4,
                   dev_minor = r5, scratch = r6;

// The few instructions that this program needs, each by the name of what it does. The 32-bit
// forms are used throughout, as all the numbers are.
bpf_insn instruction(unsigned code, Register to, Register from, int offset, std::int32_t value) {
    bpf_insn i{};
    i.code = static_cast<std::uint8_t>(code);
    i.dst_reg = to & 0xfU;
    i.src_reg = from & 0xfU;
    i.off = static_cast<std::int16_t>(offset);
    i.imm = value;
    return i;
}
bpf_insn load_word(Register to, std::size_t offset) {
    return instruction(BPF_LDX | BPF_MEM | BPF_W, to, question, static_cast<int>(offset), 0);
}
bpf_insn copy(Register to, Register from) {
    return instruction(BPF_ALU | BPF_MOV | BPF_X, to, from, 0, 0);
}
bpf_insn set(Register to, std::int32_t value) {
    return instruction(BPF_ALU | BPF_MOV | BPF_K, to, r0, 0, value);
}
bpf_insn keep_bits(Register to, std::int32_t mask) {
    return instruction(BPF_ALU | BPF_AND | BPF_K, to, r0, 0, mask);
}
bpf_insn shift_right(Register to, std::int32_t bits) {
    return instruction(BPF_ALU | BPF_RSH | BPF_K, to, r0, 0, bits);
}
/// Jumps when the register is not `value`; where to is filled in later.
bpf_insn skip_unless(Register what, std::int32_t value) {
    return instruction(BPF_JMP32 | BPF_JNE | BPF_K, what, r0, 0, value);
}
bpf_insn skip_if(Register what, std::int32_t value) {
    return instruction(BPF_JMP32 | BPF_JEQ | BPF_K, what, r0, 0, value);
}
bpf_insn leave() {
    return instruction(BPF_JMP | BPF_EXIT, r0, r0, 0, 0);
}

bool is_skip(const bpf_insn& i) {
    return (i.code & 0x07) == BPF_JMP32;
}

std::int32_t access_bits(const DeviceAccess& wanted) {
    return (wanted.mknod ? BPF_DEVCG_ACC_MKNOD : 0) | (wanted.read ? BPF_DEVCG_ACC_READ : 0) |
           (wanted.write ? BPF_DEVCG_ACC_WRITE : 0);
}

// [device_exception]
/// The instructions for one exception: each condition that does not hold skips the rest of them.
std::vector<bpf_insn> device_exception(const DeviceRule& rule) {
    std::vector<bpf_insn> block;
    // lab 02.5: compare type, major and minor where the rule gives them, then the access: an
    // allowance must cover all of what is asked for, a refusal only some of it. Then answer.
    block.push_back(skip_unless(type, rule.type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR));
    if (rule.major) block.push_back(skip_unless(dev_major, static_cast<std::int32_t>(*rule.major)));
    if (rule.minor) block.push_back(skip_unless(dev_minor, static_cast<std::int32_t>(*rule.minor)));
    const std::int32_t bits = access_bits(rule.access);
    block.push_back(copy(scratch, access));
    if (rule.allow) {
        block.push_back(keep_bits(scratch, ~bits));
        block.push_back(skip_unless(scratch, 0));
    } else {
        block.push_back(keep_bits(scratch, bits));
        block.push_back(skip_if(scratch, 0));
    }
    block.push_back(set(answer, rule.allow ? 1 : 0));
    block.push_back(leave());
    // end lab
    // A jump counts from the instruction after it: here, to the one after the block.
    for (std::size_t i = 0; i < block.size(); ++i) {
        if (is_skip(block[i])) block[i].off = static_cast<std::int16_t>(block.size() - i - 1);
    }
    return block;
}
// [/device_exception]

std::string describe(const bpf_insn& i) {
    const int to = i.dst_reg;
    switch (i.code) {
        case BPF_LDX | BPF_MEM | BPF_W:
            return fmt::format("w{} = *(u32 *)(r1 +{})", to, i.off);
        case BPF_ALU | BPF_MOV | BPF_X:
            return fmt::format("w{} = w{}", to, i.src_reg + 0);
        case BPF_ALU | BPF_MOV | BPF_K:
            return fmt::format("w{} = {}", to, i.imm);
        case BPF_ALU | BPF_AND | BPF_K:
            return fmt::format("w{} &= {:#x}", to, unsigned(i.imm));
        case BPF_ALU | BPF_RSH | BPF_K:
            return fmt::format("w{} >>= {}", to, i.imm);
        case BPF_JMP32 | BPF_JNE | BPF_K:
            return fmt::format("if w{} != {:#x} goto +{}", to, unsigned(i.imm), i.off);
        case BPF_JMP32 | BPF_JEQ | BPF_K:
            return fmt::format("if w{} == {:#x} goto +{}", to, unsigned(i.imm), i.off);
        case BPF_JMP | BPF_EXIT:
            return "exit";
        default:
            return fmt::format("code {:#x}", i.code);
    }
}

}  // namespace

// [device_program]
std::vector<bpf_insn> device_program(const DeviceList& list) {
    std::vector<bpf_insn> program{
        // access_type has the kind of device in its lower half and the access in its upper half.
        load_word(type, offsetof(bpf_cgroup_dev_ctx, access_type)),
        copy(access, type),
        keep_bits(type, 0xffff),
        shift_right(access, 16),
        load_word(dev_major, offsetof(bpf_cgroup_dev_ctx, major)),
        load_word(dev_minor, offsetof(bpf_cgroup_dev_ctx, minor)),
    };
    for (const DeviceRule& exception : list.exceptions) {
        const std::vector<bpf_insn> block = device_exception(exception);
        program.insert(program.end(), block.begin(), block.end());
    }
    program.push_back(set(answer, list.allow_by_default ? 1 : 0));
    program.push_back(leave());
    return program;
}
// [/device_program]

std::string listing(std::span<const bpf_insn> program) {
    std::string text;
    for (std::size_t i = 0; i < program.size(); ++i)
        text += fmt::format("{:3}: {}\n", i, describe(program[i]));
    return text;
}

void attach_device_filter(int folder_fd, const DeviceList& list, bool replace) {
    const Fd program = kernel::bpf_load_device_program(
        device_program(list), {2, "a program that says yes or no to each opening of a device"});
    std::vector<Fd> present;
    if (replace) present = kernel::bpf_device_programs_of(folder_fd);
    kernel::bpf_attach_device_program(folder_fd, program.get(),
                                      present.empty() ? -1 : present.front().get(),
                                      {2, "every process of the group asks it from now on"});
}

}  // namespace minidock::cgroups
