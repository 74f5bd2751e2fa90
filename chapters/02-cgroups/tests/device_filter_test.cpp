// Device rules, and the BPF program made of them. The program is run here by a small interpreter,
// so that what it answers can be tested without the kernel.
#include "minidock/cgroups/device_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "minidock/base/error.hpp"

namespace minidock::cgroups {
namespace {

constexpr int read_access = BPF_DEVCG_ACC_READ, write_access = BPF_DEVCG_ACC_WRITE,
              make_access = BPF_DEVCG_ACC_MKNOD;

struct Question {
    char type;
    std::uint32_t major;
    std::uint32_t minor;
    int access;
};

/// Runs the instructions that device_program() uses.
bool answer(const std::vector<bpf_insn>& program, const Question& question) {
    const std::array<std::uint32_t, 3> context{
        (static_cast<std::uint32_t>(question.access) << 16) |
            std::uint32_t(question.type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR),
        question.major, question.minor};
    std::array<std::uint32_t, 11> w{};
    for (std::size_t at = 0; at < program.size(); ++at) {
        const bpf_insn& i = program[at];
        const auto value = static_cast<std::uint32_t>(i.imm);
        std::uint32_t& to = w.at(i.dst_reg);
        switch (i.code) {
            case BPF_LDX | BPF_MEM | BPF_W:
                to = context.at(std::size_t(i.off) / 4);
                break;
            case BPF_ALU | BPF_MOV | BPF_X:
                to = w.at(i.src_reg);
                break;
            case BPF_ALU | BPF_MOV | BPF_K:
                to = value;
                break;
            case BPF_ALU | BPF_AND | BPF_K:
                to &= value;
                break;
            case BPF_ALU | BPF_RSH | BPF_K:
                to >>= value;
                break;
            case BPF_JMP32 | BPF_JNE | BPF_K:
                at += to != value ? std::size_t(i.off) : 0;
                break;
            case BPF_JMP32 | BPF_JEQ | BPF_K:
                at += to == value ? std::size_t(i.off) : 0;
                break;
            case BPF_JMP | BPF_EXIT:
                return w[0] != 0;
            default:
                ADD_FAILURE() << "unknown instruction " << int(i.code);
                return false;
        }
    }
    ADD_FAILURE() << "the program has no end";
    return false;
}

std::vector<bpf_insn> program_for(const std::vector<std::pair<bool, const char*>>& rules) {
    std::vector<DeviceRule> parsed;
    for (const auto& [allow, text] : rules)
        parsed.push_back(parse_device_rule(text, allow));
    return device_program(evaluate(parsed));
}

TEST(DeviceRules, ARuleReadsAsItIsWritten) {
    for (const char* text : {"a", "c 1:3 rwm", "b 8:* r", "c *:* m", "b *:16 w"})
        EXPECT_EQ(parse_device_rule(text, true).text(), text);
}

TEST(DeviceRules, WhatIsNoRuleIsRefused) {
    for (const char* text : {"", "x 1:3 r", "c 1:3", "c 1 r", "c one:3 r", "c 1:3 rwx", "c -1:3 r"})
        EXPECT_THROW(parse_device_rule(text, true), BadParameter) << text;
}

TEST(DeviceRules, BeforeTheFirstRuleNothingIsAllowed) {
    EXPECT_FALSE(evaluate({}).allow_by_default);
}

TEST(DeviceRules, ARuleForAllStartsAfresh) {
    const DeviceList list =
        evaluate({parse_device_rule("c 1:3 rwm", true), parse_device_rule("a", true)});
    EXPECT_TRUE(list.allow_by_default);
    EXPECT_TRUE(list.exceptions.empty());
}

TEST(DeviceRules, AccessToADeviceAddsUp) {
    const DeviceList list =
        evaluate({parse_device_rule("c 1:3 r", true), parse_device_rule("c 1:3 w", true)});
    ASSERT_EQ(list.exceptions.size(), 1U);
    EXPECT_EQ(list.exceptions[0].text(), "c 1:3 rw");
}

TEST(DeviceRules, ADenialTakesFromWhatWasAllowed) {
    DeviceList list =
        evaluate({parse_device_rule("c 1:3 rwm", true), parse_device_rule("c 1:3 w", false)});
    ASSERT_EQ(list.exceptions.size(), 1U);
    EXPECT_EQ(list.exceptions[0].text(), "c 1:3 rm");
    list = evaluate({parse_device_rule("c 1:3 r", true), parse_device_rule("c 1:3 rwm", false)});
    EXPECT_TRUE(list.exceptions.empty());
}

TEST(DeviceFilter, AnswersTheDefaultWhereNoExceptionFits) {
    EXPECT_FALSE(answer(program_for({{false, "a"}}), {'c', 1, 3, read_access}));
    EXPECT_TRUE(answer(program_for({{true, "a"}}), {'c', 1, 3, read_access}));
}

TEST(DeviceFilter, AllowsWhatTheRuleSaysAndNoMore) {
    const auto program = program_for({{false, "a"}, {true, "c 1:3 r"}});
    EXPECT_TRUE(answer(program, {'c', 1, 3, read_access}));
    EXPECT_FALSE(answer(program, {'c', 1, 3, write_access}));
    EXPECT_FALSE(answer(program, {'c', 1, 4, read_access}));
    EXPECT_FALSE(answer(program, {'c', 2, 3, read_access}));
    EXPECT_FALSE(answer(program, {'b', 1, 3, read_access}));
}

TEST(DeviceFilter, AnAllowanceMustCoverAllThatIsAskedFor) {
    const auto program = program_for({{false, "a"}, {true, "c 1:3 r"}});
    EXPECT_FALSE(answer(program, {'c', 1, 3, read_access | write_access}));
}

TEST(DeviceFilter, ADenialNeedsOnlySomeOfIt) {
    const auto program = program_for({{true, "a"}, {false, "c 1:3 w"}});
    EXPECT_FALSE(answer(program, {'c', 1, 3, read_access | write_access}));
    EXPECT_TRUE(answer(program, {'c', 1, 3, read_access}));
}

TEST(DeviceFilter, AStarStandsForEveryNumber) {
    const auto program = program_for({{false, "a"}, {true, "b 8:* r"}, {true, "c *:* m"}});
    EXPECT_TRUE(answer(program, {'b', 8, 17, read_access}));
    EXPECT_FALSE(answer(program, {'b', 9, 17, read_access}));
    EXPECT_TRUE(answer(program, {'c', 200, 5, make_access}));
    EXPECT_FALSE(answer(program, {'c', 200, 5, read_access}));
}

TEST(DeviceFilter, ARuleForAllTypesWithANumberIsForBoth) {
    const auto program = program_for({{false, "a"}, {true, "a 7:1 r"}});
    EXPECT_TRUE(answer(program, {'c', 7, 1, read_access}));
    EXPECT_TRUE(answer(program, {'b', 7, 1, read_access}));
    EXPECT_FALSE(answer(program, {'b', 7, 2, read_access}));
}

TEST(DeviceFilter, EveryContainerMayUseItsOwnDevices) {
    const auto program = device_program(evaluate(default_device_rules()));
    EXPECT_TRUE(answer(program, {'c', 1, 3, read_access | write_access}));
    EXPECT_TRUE(answer(program, {'c', 136, 7, read_access | write_access}));
    EXPECT_TRUE(answer(program, {'b', 8, 0, make_access}));
    EXPECT_FALSE(answer(program, {'b', 8, 0, read_access}));
}

TEST(DeviceFilter, CanBeReadAsInstructions) {
    EXPECT_EQ(listing(program_for({{false, "a"}})),
              "  0: w2 = *(u32 *)(r1 +0)\n"
              "  1: w3 = w2\n"
              "  2: w2 &= 0xffff\n"
              "  3: w3 >>= 16\n"
              "  4: w4 = *(u32 *)(r1 +4)\n"
              "  5: w5 = *(u32 *)(r1 +8)\n"
              "  6: w0 = 0\n"
              "  7: exit\n");
}

}  // namespace
}  // namespace minidock::cgroups
