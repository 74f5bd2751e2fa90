// A container's /dev.
#include "minidock/rootfs/devices.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/identity.hpp"
#include "minidock/rootfs/mounts.hpp"
#include "own_mounts.hpp"

namespace minidock::rootfs {
namespace {

namespace fs = std::filesystem;

/// CapEff of /proc/self/status (proc(5)).
std::uint64_t own_capabilities() {
    const std::string status = read_file("/proc/self/status");
    return std::stoull(status.substr(status.find("CapEff:") + 7), nullptr, 16);
}

class ContainerDevices : public test::OwnMounts {
  protected:
    void SetUp() override {
        OwnMounts::SetUp();
        if (HasFatalFailure()) return;
        root_ = open_root(folder("root"));
    }
    std::string dev(const std::string& name) const { return at("root/dev/" + name); }

    Fd root_;
};

TEST_F(ContainerDevices, TheDefaultOnesWorkAndAnybodyMayUseThem) {
    ::umask(077);
    make_devices(root_, default_devices());
    EXPECT_EQ(test::list(at("root/dev")), "full null random tty urandom zero");
    EXPECT_EQ(fs::status(dev("null")).permissions(), fs::perms{0666});
    EXPECT_EQ(test::try_to_write(dev("null")), "written");
    EXPECT_EQ(test::try_to_write(dev("full")), "No space left on device");
    EXPECT_EQ(::umask(077), mode_t{077}) << "the caller's umask is put back";
}

TEST_F(ContainerDevices, AnOwnerAndAModeAreKept) {
    make_devices(root_, {{.path = {"/dev/disk/sda"},
                          .type = 'b',
                          .major = 8,
                          .minor = 0,
                          .file_mode = 0640,
                          .uid = 0,
                          .gid = 6}});
    struct stat info {};
    ASSERT_EQ(::stat(dev("disk/sda").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode, mode_t{S_IFBLK | 0640});
    EXPECT_EQ(info.st_rdev, makedev(8, 0));
    EXPECT_EQ(info.st_gid, gid_t{6});
}

TEST_F(ContainerDevices, WhoMayMakeNoNodesGetsTheHostsByBindMounts) {
    const std::string mounted = test::in_child([&] {
        const std::uint64_t capabilities = own_capabilities() & ~(1ULL << CAP_MKNOD);
        kernel::capset({.effective = capabilities, .permitted = capabilities},
                       {3, "as in a user namespace: nodes cannot be made"});
        make_devices(root_, default_devices());
        std::string places;
        for (const std::string& place : test::mounts_below(at("root/dev")))
            places += fs::path{place}.filename().string() + " ";
        return places + test::try_to_write(dev("null"));
    });
    EXPECT_EQ(mounted, "null zero full random urandom tty written");
}

TEST_F(ContainerDevices, AnUnknownTypeIsRefusedByName) {
    EXPECT_THROW(make_devices(root_, {{.path = {"/dev/x"}, .type = 'x'}}), BadParameter);
}

TEST_F(ContainerDevices, TheLinksThatProgramsExpectAreThere) {
    make_device_links(root_);
    EXPECT_EQ(fs::read_symlink(dev("fd")), "/proc/self/fd");
    EXPECT_EQ(fs::read_symlink(dev("ptmx")), "pts/ptmx");
    make_device_links(root_);  // in an image that has them already
}

TEST_F(ContainerDevices, TerminalsComeFromAnInstanceOfItsOwn) {
    for (const Mount& mount : default_mounts())
        mount_in_root(root_, mount);
    make_device_links(root_);
    EXPECT_EQ(test::list(dev("pts")), "ptmx");
    const Fd terminal{::open((dev("pts/ptmx")).c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC)};
    EXPECT_EQ(test::list(dev("pts")), "0 ptmx");
}

}  // namespace
}  // namespace minidock::rootfs
