// The OCI runtime specification, config.md: "Root", "Mounts"; config-linux.md: "Default
// Filesystems", "Devices", "Masked Paths", "Readonly Paths", "Sysctl", "Control groups".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/fd.hpp"
#include "tests/minirun/minirun.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string shown_by(Bundle& bundle) {
    const Outcome outcome = run_bundle(bundle);
    EXPECT_THAT(leftovers(bundle), IsEmpty());
    return outcome.out + outcome.err;
}

TEST(Root, CanBeWrittenUnlessItIsReadOnly) {
    Bundle bundle{{"sh", "-c", "echo x > /file && cat /file"}};
    EXPECT_EQ(shown_by(bundle), "x\n");
    bundle.config["root"]["readonly"] = true;
    EXPECT_THAT(shown_by(bundle), HasSubstr("Read-only file system"));
}

TEST(Root, NothingOfTheOldOneIsMounted) {
    Bundle bundle{{"cat", "/proc/self/mountinfo"}};
    const std::string mounts = shown_by(bundle);
    EXPECT_THAT(mounts, HasSubstr("rootfs / rw"));
    // The root, its four mounts, a masked file, a masked folder and a read-only one.
    EXPECT_EQ(std::count(mounts.begin(), mounts.end(), '\n'), 8) << mounts;
}

TEST(Mounts, AReadOnlyVolumeCannotBeWritten) {
    Bundle bundle{{"sh", "-c", "cat /data/file; echo y > /data/file"}};
    std::filesystem::create_directory(bundle.file("data"));
    write_atomically(bundle.file("data/file"), "from outside\n", Durability::crash);
    bundle.config["mounts"].push_back({{"destination", "/data"},
                                       {"type", "bind"},
                                       {"source", bundle.file("data")},
                                       {"options", {"rbind", "ro"}}});
    const std::string shown = shown_by(bundle);
    EXPECT_THAT(shown, StartsWith("from outside\n"));
    EXPECT_THAT(shown, HasSubstr("Read-only file system"));
}

TEST(Mounts, ALinkInTheImageLeadsNoMountOut) {
    Bundle bundle{{"cat", "/data/file"}};
    const TempDir outside;
    std::filesystem::create_symlink(outside.path(), bundle.root() + "/data");
    std::filesystem::create_directory(bundle.file("volume"));
    write_atomically(bundle.file("volume/file"), "volume\n", Durability::crash);
    bundle.config["mounts"].push_back(
        {{"destination", "/data"}, {"type", "bind"}, {"source", bundle.file("volume")}});
    EXPECT_EQ(shown_by(bundle), "volume\n");
    EXPECT_TRUE(std::filesystem::is_empty(outside.path()));
    // What the link says is looked for inside the root.
    EXPECT_TRUE(std::filesystem::exists(bundle.root() + outside.path()));
}

TEST(Mounts, AMissingSourceIsNamedAndLeavesNothing) {
    Bundle bundle{{"true"}};
    bundle.config["mounts"].push_back(
        {{"destination", "/data"}, {"type", "bind"}, {"source", "/no/such/place"}});
    EXPECT_THAT(shown_by(bundle), HasSubstr("/no/such/place"));
}

TEST(Devices, TheUsualOnesAreThereAndWork) {
    Bundle bundle{{"sh", "-c",
                   "echo x > /dev/null; head -c 2 /dev/zero | wc -c; head -c 2 /dev/urandom | wc "
                   "-c; ls /dev | tr '\\n' ' '"}};
    EXPECT_EQ(shown_by(bundle),
              "2\n2\nfd full null ptmx pts random stderr stdin stdout tty urandom zero ");
}

TEST(Devices, OneMayBeAddedAndWithoutPermissionItStaysShut) {
    Bundle bundle{{"sh", "-c", "stat -c '%t:%T %a' /dev/mine; head -c 1 /dev/mine"}};
    bundle.config["linux"]["devices"] = {
        {{"path", "/dev/mine"}, {"type", "c"}, {"major", 1}, {"minor", 11}, {"fileMode", 0600}}};
    bundle.config["linux"]["resources"]["devices"] = {{{"allow", false}, {"access", "rwm"}}};
    const std::string shown = shown_by(bundle);
    EXPECT_THAT(shown, StartsWith("1:b 600\n"));
    EXPECT_THAT(shown, HasSubstr("Operation not permitted"));
}

TEST(MaskedPaths, ShowNothing) {
    Bundle bundle{{"sh", "-c", "wc -c < /proc/version; ls /sys/firmware | wc -l"}};
    EXPECT_EQ(shown_by(bundle), "0\n0\n");
}

TEST(ReadonlyPaths, CannotBeWritten) {
    Bundle bundle{{"sh", "-c", "echo evil > /proc/sys/kernel/core_pattern"}};
    EXPECT_THAT(shown_by(bundle), HasSubstr("Read-only file system"));
}

TEST(Sysctl, IsSetInTheContainersOwnNamespace) {
    Bundle bundle{{"cat", "/proc/sys/kernel/msgmax"}};
    bundle.config["linux"]["sysctl"] = {{"kernel.msgmax", "12345"}};
    const std::string before = read_file("/proc/sys/kernel/msgmax");
    EXPECT_EQ(shown_by(bundle), "12345\n");
    EXPECT_EQ(read_file("/proc/sys/kernel/msgmax"), before);
}

TEST(ControlGroups, ThePidsLimitHolds) {
    Bundle bundle{{"sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1 & done; wait"}};
    bundle.config["linux"]["resources"]["pids"] = {{"limit", 5}};
    const Outcome outcome = run_bundle(bundle);
    EXPECT_THAT(outcome.err, HasSubstr("can't fork"));
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

TEST(ControlGroups, AGreedyProgramIsKilledByItsMemoryLimit) {
    Bundle bundle{{"sh", "-c", "head -c 200000000 /dev/zero | tail -c 199999999 | wc -c"}};
    bundle.config["linux"]["resources"]["memory"] = {{"limit", 33554432}, {"swap", 33554432}};
    const Outcome outcome = run_bundle(bundle);
    EXPECT_THAT(outcome.out, testing::Not(HasSubstr("199999999")));
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

TEST(ControlGroups, TheContainerSeesItsOwnGroupReadOnly) {
    Bundle bundle{{"sh", "-c",
                   "mkdir $(find /sys/fs/cgroup -name cgroup.procs | head -n 1 | "
                   "xargs dirname)/x; find /sys/fs/cgroup -name cgroup.procs | wc -l"}};
    bundle.config["mounts"].push_back({{"destination", "/sys/fs/cgroup"},
                                       {"type", "cgroup"},
                                       {"source", "cgroup"},
                                       {"options", {"nosuid", "noexec", "nodev", "ro"}}});
    const Outcome outcome = run_bundle(bundle);
    EXPECT_THAT(outcome.err, HasSubstr("Read-only file system"));
    EXPECT_NE(outcome.out, "0\n");
    EXPECT_THAT(leftovers(bundle), IsEmpty());
}

}  // namespace
}  // namespace minidock::test
