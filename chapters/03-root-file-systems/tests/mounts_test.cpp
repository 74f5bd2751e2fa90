// Mounts inside a container's root, and images that try to have them elsewhere.
#include "minidock/rootfs/mounts.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "minidock/base/error.hpp"
#include "own_mounts.hpp"

namespace minidock::rootfs {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class MountInRoot : public test::OwnMounts {
  protected:
    void SetUp() override {
        OwnMounts::SetUp();
        if (HasFatalFailure()) return;
        root_ = open_root(folder("root"));
        file("volume/data", "precious");
    }

    void bind(const std::string& destination, std::vector<std::string> options) const {
        options.emplace_back("rbind");
        mount_in_root(root_, {{destination}, "bind", at("volume"), std::move(options)});
    }

    Fd root_;
};

TEST_F(MountInRoot, ABoundFolderIsTheSameFolder) {
    bind("/data", {});
    EXPECT_EQ(test::try_to_write(at("root/data/new")), "written");
    EXPECT_EQ(test::list(at("volume")), "data new");
}

TEST_F(MountInRoot, ABoundFileIsMountedOnAFile) {
    mount_in_root(root_, {{"/etc/hosts"}, "bind", at("volume/data"), {"bind"}});
    EXPECT_EQ(read_file(at("root/etc/hosts")), "precious");
}

TEST_F(MountInRoot, AReadOnlyBindIsReallyReadOnly) {
    bind("/data", {"ro"});
    EXPECT_EQ(test::try_to_write(at("root/data/data")), "Read-only file system");
    EXPECT_EQ(test::try_to_write(at("volume/data")), "written");
}

TEST_F(MountInRoot, ReadOnlyIsForOneMountAndRroForThoseBelow) {
    folder("volume/sub");
    ASSERT_EQ(::mount("sub", at("volume/sub").c_str(), "tmpfs", 0, nullptr), 0);
    bind("/shallow", {"ro"});
    bind("/deep", {"rro"});
    EXPECT_EQ(test::try_to_write(at("root/shallow/sub/x")), "written");
    EXPECT_EQ(test::try_to_write(at("root/deep/sub/x")), "Read-only file system");
}

TEST_F(MountInRoot, RwLiftsWhatTheSourceHad) {
    ASSERT_EQ(::mount(at("volume").c_str(), at("volume").c_str(), nullptr, MS_BIND, nullptr), 0);
    ASSERT_EQ(
        ::mount(nullptr, at("volume").c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr),
        0);
    bind("/kept", {});
    bind("/lifted", {"rw"});
    EXPECT_EQ(test::try_to_write(at("root/kept/data")), "Read-only file system");
    EXPECT_EQ(test::try_to_write(at("root/lifted/data")), "written");
}

TEST_F(MountInRoot, NoexecIsKept) {
    file("volume/run", "#!/bin/sh\n");
    fs::permissions(at("volume/run"), fs::perms::all);
    bind("/data", {"noexec"});
    EXPECT_NE(::access(at("root/data/run").c_str(), X_OK), 0);
}

TEST_F(MountInRoot, ATmpfsTakesItsOptions) {
    mount_in_root(root_, {{"/tmp"}, "tmpfs", "tmpfs", {"nosuid", "mode=1777", "size=64k"}});
    EXPECT_EQ(fs::space(at("root/tmp")).capacity, 65536U);
    EXPECT_EQ(fs::status(at("root/tmp")).permissions(), fs::perms{01777});
}

TEST_F(MountInRoot, ATmpfsWithCopyUpBeginsWithWhatItHides) {
    file("root/run/app/pid", "1");
    fs::create_symlink("app", at("root/run/link"));
    mount_in_root(root_, {{"/run"}, "tmpfs", "tmpfs", {"tmpcopyup", "ro"}});
    EXPECT_EQ(read_file(at("root/run/link/pid")), "1");
    EXPECT_EQ(test::try_to_write(at("root/run/app/pid")), "Read-only file system");
}

TEST_F(MountInRoot, APrivateVolumeHearsOfNoMountOutside) {
    ASSERT_EQ(::mount(at("volume").c_str(), at("volume").c_str(), nullptr, MS_BIND, nullptr), 0);
    ASSERT_EQ(::mount(nullptr, at("volume").c_str(), nullptr, MS_SHARED, nullptr), 0);
    folder("volume/usb");
    bind("/private", {"rprivate"});
    bind("/slave", {"rslave"});
    ASSERT_EQ(::mount("usb", at("volume/usb").c_str(), "tmpfs", 0, nullptr), 0);
    EXPECT_THAT(test::mounts_below(at("root/private/usb")), IsEmpty());
    EXPECT_THAT(test::mounts_below(at("root/slave/usb")), ElementsAre(at("root/slave/usb")));
}

TEST_F(MountInRoot, ALinkInTheImageDoesNotLeadAMountOut) {
    const std::string host = folder("host");
    fs::create_symlink(host, at("root/data"));
    fs::create_symlink("../../../../../..", at("root/up"));
    bind("/data", {});
    bind("/up" + host, {});
    EXPECT_THAT(test::mounts_below(host), IsEmpty());
    EXPECT_EQ(test::list(at("root" + host)), "data");
}

/// Exchanges two names, again and again, until it goes away.
class Swapper {
  public:
    Swapper(const std::string& a, const std::string& b) : pid_{::fork()} {
        if (pid_ != 0) return;
        for (;;)
            ::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE);
    }
    ~Swapper() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    Swapper(const Swapper&) = delete;
    Swapper& operator=(const Swapper&) = delete;

  private:
    pid_t pid_;
};

TEST_F(MountInRoot, ALinkSwappedInDuringTheMountDoesNotLeadItOut) {
    // CVE-2021-30465: another container shares a volume with this one and exchanges a folder in it
    // for a link to the host, until a runtime looks at the one and mounts on the other.
    const std::string host = folder("host");
    folder("host/place");
    folder("root/shared/a/place");
    fs::create_symlink(host, at("root/shared/b"));
    const Swapper swapper{at("root/shared/a"), at("root/shared/b")};
    for (int i = 0; i < 500; ++i) {
        try {
            bind("/shared/a/place", {});
        } catch (const SystemError&) {
            // Under attack a start may fail. It may not succeed in the wrong place.
        }
        ASSERT_THAT(test::mounts_below(host), IsEmpty()) << "in round " << i;
        // The name may be exchanged under this call too.
        for (auto made = test::mounts_below(at("root")); !made.empty();
             made = test::mounts_below(at("root"))) {
            ::umount2(made.front().c_str(), MNT_DETACH);
        }
    }
}

TEST_F(MountInRoot, ProcIsMountedOnARealFolderOnly) {
    folder("root/elsewhere");
    fs::create_symlink("elsewhere", at("root/proc"));
    EXPECT_THROW(mount_in_root(root_, {{"/proc"}, "proc", "proc", {}}), SystemError);
    EXPECT_THAT(test::mounts_below(at("root")), IsEmpty());
}

TEST_F(MountInRoot, AnErrorNamesBothEnds) {
    try {
        mount_in_root(root_, {{"/data"}, "bind", at("missing"), {"rbind"}});
        FAIL() << "mounted";
    } catch (const SystemError& error) {
        EXPECT_THAT(error.what(), HasSubstr(at("missing")));
        EXPECT_THAT(error.what(), HasSubstr("/data"));
        EXPECT_THAT(error.what(), HasSubstr("No such file or directory"));
    }
}

}  // namespace
}  // namespace minidock::rootfs
