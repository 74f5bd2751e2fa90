#include "minidock/cgroups/systemd_scope.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/base/error.hpp"

namespace minidock::cgroups {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SystemdScope, ItsNameIsSliceAndUnit) {
    const ScopeName name = parse_scope_name("machine.slice:libpod:abc", "box");
    EXPECT_EQ(name.slice, "machine.slice");
    EXPECT_EQ(name.unit, "libpod-abc.scope");
    EXPECT_EQ(parse_scope_name("system.slice::abc", "box").unit, "abc.scope");
    EXPECT_EQ(parse_scope_name(":docker:abc", "box").slice, "system.slice");
}

TEST(SystemdScope, WithoutANameItIsTheContainers) {
    EXPECT_EQ(parse_scope_name("", "box").group(), "/system.slice/minirun-box.scope");
}

TEST(SystemdScope, EachDashOfASliceIsAStepDown) {
    EXPECT_EQ((ScopeName{"a-b-c.slice", "x.scope"}).group(),
              "/a.slice/a-b.slice/a-b-c.slice/x.scope");
    EXPECT_EQ((ScopeName{"-.slice", "x.scope"}).group(), "/x.scope");
}

TEST(SystemdScope, APathOfFoldersIsNoName) {
    for (const char* wrong : {"/minidock/abc", "system.slice", "system.slice:docker", "a:b:c",
                              "system.slice:docker:", "system.slice:docker:a/b", "a/b.slice:p:n"})
        EXPECT_THROW((void)parse_scope_name(wrong, "box"), BadParameter) << wrong;
}

TEST(SystemdScope, LimitsAreItsProperties) {
    Resources resources;
    EXPECT_THAT(scope_properties(resources), IsEmpty());
    resources.memory.limit = 64;
    resources.memory.swap = 100;
    resources.pids.limit = -1;
    resources.cpu.shares = 1024;
    resources.cpu.quota = 50'000;
    resources.cpu.cpus = "0-2,8";
    EXPECT_THAT(
        scope_properties(resources),
        ElementsAre(ElementsAre("MemoryMax", "t", "64"), ElementsAre("MemorySwapMax", "t", "36"),
                    ElementsAre("CPUWeight", "t", "39"),
                    ElementsAre("CPUQuotaPerSecUSec", "t", "500000"),
                    ElementsAre("AllowedCPUs", "ay", "2", "7", "1"),
                    ElementsAre("TasksMax", "t", "18446744073709551615")));
}

}  // namespace
}  // namespace minidock::cgroups
