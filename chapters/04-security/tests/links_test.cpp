// Escapes by links: what an image has at a path is not what the path seems to say.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "chapters/04-security/tests/museum.hpp"
#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/temp_dir.hpp"
#include "minidock/rootfs/open_in_root.hpp"

namespace minidock::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

/// Swaps two names as fast as it can, while it lives.
class Swapper {
  public:
    Swapper(std::string one, std::string other)
        : one_{std::move(one)}, other_{std::move(other)}, thread_{[this] {
              while (!done_)
                  ::renameat2(AT_FDCWD, one_.c_str(), AT_FDCWD, other_.c_str(), RENAME_EXCHANGE);
          }} {}
    ~Swapper() {
        done_ = true;
        thread_.join();
    }
    Swapper(const Swapper&) = delete;
    Swapper& operator=(const Swapper&) = delete;

  private:
    std::string one_;
    std::string other_;
    std::atomic<bool> done_ = false;
    std::thread thread_;
};

// CVE-2021-30465
TEST(Museum, AMountIsNotLedOutByALinkThatIsSwappedIn) {
    const TempDir host;
    fs::create_directory(host / "place");
    Bundle bundle{{"true"}};
    bundle.config["mounts"].push_back({{"destination", "/volume/place"},
                                       {"type", "tmpfs"},
                                       {"source", "swapped"},
                                       {"options", {"nodev"}}});
    fs::create_directories(bundle.root() + "/volume/place");
    std::string up;
    for (int i = 0; i < 12; ++i)
        up += "../";
    fs::create_symlink(up + host.path().substr(1), bundle.root() + "/trap");
    {
        const Swapper swapper{bundle.root() + "/volume", bundle.root() + "/trap"};
        for (int i = 0; i < 15; ++i)
            run_bundle(bundle);
    }
    EXPECT_EQ(read_file("/proc/self/mountinfo").find(host.path()), std::string::npos);
    EXPECT_THAT(fs::directory_iterator{host / "place"} == fs::directory_iterator{}, true);
    EXPECT_EQ(std::distance(fs::directory_iterator{host.path()}, {}), 1) << "made on the host";
}

// CVE-2018-15664
TEST(Museum, AFileIsNotReadOutsideThroughALinkThatIsSwappedIn) {
    const TempDir host;
    const TempDir root;
    write_atomically(host / "secret", "the host's", Durability::crash);
    fs::create_directory(root / "data");
    write_atomically(root / "data/secret", "the container's", Durability::crash);
    fs::create_symlink(host.path(), root / "trap");
    const Fd top = rootfs::open_root(root.path());
    const Swapper swapper{root / "data", root / "trap"};
    int found = 0;
    for (int i = 0; i < 20'000; ++i) {
        try {
            const Fd file = rootfs::find_in_root(top, {"/data/secret"}, O_RDONLY);
            if (!file) continue;
            ++found;
            ASSERT_EQ(read_all(file.get(), "secret"), "the container's");
        } catch (const SystemError&) {
            // The kernel noticed the race, and resolved nothing.
        }
    }
    EXPECT_GT(found, 0);
}

/// A bundle whose /dev is the image's own.
Bundle with_own_dev() {
    Bundle bundle{{"sh", "-c", "cat /proc/version; echo -n; head -c 20 /proc/keys"}};
    Json kept = Json::array();
    for (const Json& mount : bundle.config["mounts"])
        if (!mount["destination"].get<std::string>().starts_with("/dev")) kept.push_back(mount);
    bundle.config["mounts"] = kept;
    return bundle;
}

// CVE-2025-31133
TEST(Museum, AMaskedFileIsCoveredByTheHostsNullAndNotByTheImages) {
    Bundle bundle = with_own_dev();
    write_atomically(bundle.root() + "/dev/trap", "trapped", Durability::crash);
    fs::create_symlink("trap", bundle.root() + "/dev/null");
    bundle.config["linux"]["maskedPaths"] = {"/proc/version", "/proc/keys"};
    const Outcome outcome = outcome_of(bundle);
    EXPECT_EQ(outcome.out, "");
}

// CVE-2025-52565
TEST(Museum, ATerminalThatTheImageHasPutThereIsRefused) {
    Bundle bundle = with_own_dev();
    bundle.config["process"]["terminal"] = true;
    fs::create_directories(bundle.root() + "/dev/pts");
    fs::create_symlink("/proc/sys/kernel/core_pattern", bundle.root() + "/dev/pts/ptmx");
    const std::string before = read_file("/proc/sys/kernel/core_pattern");
    const Outcome outcome = outcome_of(bundle);
    EXPECT_NE(outcome.status, 0);
    EXPECT_THAT(outcome.err, HasSubstr("/dev/pts/ptmx"));
    EXPECT_EQ(read_file("/proc/sys/kernel/core_pattern"), before);
}

// CVE-2025-52881
TEST(Museum, WhatIsWrittenToTheKernelIsNotRedirectedByTheImage) {
    Bundle bundle{{"sh", "-c", "cat /proc/sys/kernel/domainname"}};
    Json kept = Json::array();
    for (const Json& mount : bundle.config["mounts"])
        if (mount["destination"] != "/proc") kept.push_back(mount);
    bundle.config["mounts"] = kept;
    bundle.config["linux"].erase("maskedPaths");
    bundle.config["linux"].erase("readonlyPaths");
    bundle.config["linux"]["sysctl"] = {{"kernel.domainname", "real"}};
    fs::create_directories(bundle.root() + "/proc/sys/kernel");
    write_atomically(bundle.root() + "/proc/sys/kernel/domainname", "untouched\n",
                     Durability::crash);
    const Outcome outcome = outcome_of(bundle);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "untouched\n");
}

}  // namespace
}  // namespace minidock::test
