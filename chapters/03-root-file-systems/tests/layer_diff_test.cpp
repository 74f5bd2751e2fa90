// The difference of two complete trees.
#include "minidock/rootfs/layer_diff.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <ostream>

#include "minidock/base/temp_dir.hpp"

namespace minidock::rootfs {

void PrintTo(const Change& change, std::ostream* out) {
    *out << "CAD"[static_cast<int>(change.kind)] << ' ' << change.path;
}

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto modified = ChangeKind::modified;
constexpr auto added = ChangeKind::added;
constexpr auto deleted = ChangeKind::deleted;

class CompareTrees : public testing::Test {
  protected:
    /// Makes the same file in both trees.
    void both(const std::string& name, const std::string& content) const {
        write(before_ / name, content);
        write(after_ / name, content);
        fs::last_write_time(after_ / name, fs::last_write_time(before_ / name));
    }
    static void write(const fs::path& path, const std::string& content) {
        fs::create_directories(path.parent_path());
        std::ofstream{path} << content;
    }
    std::vector<Change> changes() const {
        return compare_trees(open_file(before_.path(), O_RDONLY | O_DIRECTORY),
                             open_file(after_.path(), O_RDONLY | O_DIRECTORY));
    }

    TempDir before_;
    TempDir after_;
};

TEST_F(CompareTrees, EqualTreesDifferInNothing) {
    both("etc/motd", "hello");
    both("usr/bin/true", "#!");
    EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(CompareTrees, NewFilesAreAddedWithTheirFolders) {
    both("etc/motd", "hello");
    write(after_ / "srv/www/index.html", "new");
    EXPECT_THAT(changes(), ElementsAre(Change{added, "/srv"}, Change{added, "/srv/www"},
                                       Change{added, "/srv/www/index.html"}));
}

TEST_F(CompareTrees, AChangedFileChangesTheFoldersAboveIt) {
    both("etc/ssh/config", "no");
    write(after_ / "etc/ssh/config", "yes!");
    EXPECT_THAT(changes(), ElementsAre(Change{modified, "/etc"}, Change{modified, "/etc/ssh"},
                                       Change{modified, "/etc/ssh/config"}));
}

TEST_F(CompareTrees, AChangedModeIsAChange) {
    both("run.sh", "#!");
    fs::permissions(after_ / "run.sh", fs::perms::owner_all);
    EXPECT_THAT(changes(), ElementsAre(Change{modified, "/run.sh"}));
}

TEST_F(CompareTrees, OfADeletedFolderOnlyTheTopIsListed) {
    both("var/a", "1");
    both("etc/motd", "hello");
    fs::remove_all(after_ / "var");
    EXPECT_THAT(changes(), ElementsAre(Change{deleted, "/var"}));
}

TEST_F(CompareTrees, AFolderInPlaceOfAFileIsAChangeAndItsContentIsAdded) {
    both("data", "a file");
    fs::remove(after_ / "data");
    write(after_ / "data/inside", "now a folder");
    EXPECT_THAT(changes(), ElementsAre(Change{modified, "/data"}, Change{added, "/data/inside"}));
}

TEST_F(CompareTrees, ALinkIsComparedAndNotFollowed) {
    fs::create_symlink("/etc/shadow", before_ / "link");
    fs::create_symlink("/etc/shadow", after_ / "link");
    EXPECT_THAT(changes(), IsEmpty());
    fs::remove(after_ / "link");
    fs::create_symlink("/etc/passwd", after_ / "link");
    EXPECT_THAT(changes(), ElementsAre(Change{modified, "/link"}));
}

}  // namespace
}  // namespace minidock::rootfs
