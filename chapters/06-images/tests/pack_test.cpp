// From an upper folder to a layer, an image, and back.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "chapters/06-images/tests/scratch_store.hpp"
#include "minidock/image/commit.hpp"
#include "minidock/image/layer_tar.hpp"
#include "minidock/image/save.hpp"
#include "minidock/rootfs/whiteout.hpp"

namespace minidock::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string lower = TarBuilder{}.file("lower", "lower").str();

class Pack : public ScratchStore {
  protected:
    Pack() {
        std::filesystem::create_directories(upper());
        load(docker_archive({lower}, {"app"}));
    }
    [[nodiscard]] std::string upper(const std::string& path = "") const {
        return folder_ / ("upper/" + path);
    }
    void file(const std::string& path, const std::string& content, mode_t mode = 0644) const {
        const Fd fd = open_file(upper(path), O_WRONLY | O_CREAT, 0600);
        write_all(fd.get(), content, path);
        ::fchmod(fd.get(), mode);
    }
    [[nodiscard]] Fd open(const std::string& path = "") const {
        return open_file(upper(path), O_RDONLY | O_DIRECTORY);
    }
    image::Digest commit(image::CommitOptions options) {
        return image::commit(*store_, options,
                             [&](image::TarWriter& tar) { return image::pack_layer(open(), tar); });
    }
    /// The folder of the layer that a commit made.
    std::string committed() {
        commit({.parent = store_->get("app").id, .name = image::Reference::parse("new")});
        return store_->layer_folders(store_->get("new")).at(1);
    }
    std::string packed() {
        std::string bytes;
        image::TarWriter tar{[&](std::string_view block) { bytes += block; }};
        image::pack_layer(open(), tar);
        tar.finish();
        return bytes;
    }

    TempDir folder_;
};

TEST_F(Pack, KeepsContentModesOwnersLinksAndTimes) {
    file("set-user", "x", 04755);
    ASSERT_EQ(::chown(upper("set-user").c_str(), 12, 34), 0);
    ::chmod(upper("set-user").c_str(), 04755);
    ASSERT_EQ(::link(upper("set-user").c_str(), upper("zweite").c_str()), 0);
    ASSERT_EQ(::symlink("/nowhere", upper("link").c_str()), 0);
    ASSERT_EQ(::mkfifo(upper("pipe").c_str(), 0600), 0);
    const timespec times[2] = {{.tv_sec = 5, .tv_nsec = 0}, {.tv_sec = 7, .tv_nsec = 89}};
    ::utimensat(AT_FDCWD, upper("set-user").c_str(), times, 0);

    const std::string out = committed();
    struct stat status {};
    ASSERT_EQ(::stat((out + "/set-user").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 04755U);
    EXPECT_EQ(status.st_uid, 12U);
    EXPECT_EQ(status.st_gid, 34U);
    EXPECT_EQ(status.st_nlink, 2U);
    EXPECT_EQ(status.st_mtim.tv_sec, 7);
    EXPECT_EQ(status.st_mtim.tv_nsec, 0) << "to the second, as Docker has it";
    EXPECT_EQ(std::filesystem::read_symlink(out + "/link"), "/nowhere");
    EXPECT_TRUE(std::filesystem::is_fifo(out + "/pipe"));
}

TEST_F(Pack, KeepsCapabilitiesAndLeavesOverlayfssOwnAttributesBehind) {
    file("ping", "x", 0755);
    const std::string capability{
        "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20};
    ASSERT_EQ(::setxattr(upper("ping").c_str(), "security.capability", capability.data(),
                         capability.size(), 0),
              0);
    ::setxattr(upper("ping").c_str(), "trusted.overlay.origin", "x", 1, 0);
    const std::string out = committed() + "/ping";
    char value[64];
    EXPECT_EQ(::getxattr(out.c_str(), "security.capability", value, sizeof value), 20);
    EXPECT_LT(::getxattr(out.c_str(), "trusted.overlay.origin", value, sizeof value), 0);
}

TEST_F(Pack, SaysWhatIsGoneInTheFormOfLayers) {
    std::filesystem::create_directories(upper("folder"));
    rootfs::make_whiteout(open("folder"), "gone");
    std::filesystem::create_directories(upper("opaque"));
    rootfs::make_opaque(open("opaque"));
    const std::string bytes = packed();
    EXPECT_THAT(bytes, HasSubstr("folder/.wh.gone"));
    EXPECT_THAT(bytes, HasSubstr("opaque/.wh..wh..opq"));

    const std::string out = committed();
    struct stat status {};
    ASSERT_EQ(::lstat((out + "/folder/gone").c_str(), &status), 0);
    EXPECT_TRUE(rootfs::is_whiteout(status));
    EXPECT_TRUE(rootfs::is_opaque(open_file(out + "/opaque", O_RDONLY | O_DIRECTORY)));
}

TEST_F(Pack, OfTheSameTreeIsTheSameByteForByte) {
    file("b", "2");
    file("a", "1");
    EXPECT_EQ(packed(), packed());
}

TEST_F(Pack, OfNothingMakesAnImageOfTheSameLayers) {
    const auto id = commit({.parent = store_->get("app").id, .created_by = "true"});
    const image::Image image = store_->get(id.str());
    EXPECT_EQ(image.chain_ids, store_->get("app").chain_ids);
    ASSERT_EQ(image.config.history.size(), 2U);
    EXPECT_TRUE(image.config.history.back().empty_layer);
    EXPECT_NE(id, store_->get("app").id);
}

TEST_F(Pack, SurvivesARestartAndShareTheParentsLayer) {
    file("new", "new");
    committed();
    reopen();
    EXPECT_EQ(content("new", 0, "lower"), "lower");
    EXPECT_EQ(content("new", 1, "new"), "new");
    EXPECT_EQ(count("layers"), 3U) << "two layers, and the folder of unfinished ones";
    store_->remove("new", false);
    EXPECT_EQ(count("layers"), 2U);
}

TEST_F(Pack, ThatFailsLeavesNothingBehind) {
    const auto before = everything();
    EXPECT_THROW(image::commit(*store_, {.parent = store_->get("app").id},
                               [](image::TarWriter& tar) -> std::uint64_t {
                                   tar.begin({.path = "half", .size = 1000});
                                   throw Conflict("no more");
                               }),
                 Conflict);
    EXPECT_EQ(everything(), before);
}

class SaveToMemory : public ScratchStore {
  protected:
    std::string save(const std::vector<std::string>& names) {
        std::string bytes;
        image::save(*store_, names, [&](std::string_view block) { bytes += block; });
        return bytes;
    }
};

TEST_F(SaveToMemory, ComesBackWithAllNames) {
    load(docker_archive({lower}, {"app:1", "app:2"}));
    load(docker_archive({lower}, {"other"}, "cat"));
    const std::string archive = save({"app", "other"});
    store_->remove("app:1", false);
    store_->remove("app:2", false);
    store_->remove("other", false);
    ASSERT_EQ(store_->list().size(), 0U);
    load(archive);
    EXPECT_THAT(names("app:1"), ElementsAre("app:1", "app:2"));
    EXPECT_THAT(names("other"), ElementsAre("other:latest"));
}

TEST_F(SaveToMemory, HasEachBlobOnce) {
    load(docker_archive({lower}, {"app"}));
    load(docker_archive({lower}, {"other"}, "cat"));
    const std::string archive = save({"app", "other", "app:latest"});
    const std::string blob = "blobs/sha256/" + image::digest_of(lower).hex();
    std::size_t times = 0;
    // Each name stands in the headers after a block's end, and in manifest.json after a quote.
    for (std::size_t at = archive.find(blob); at != std::string::npos;
         at = archive.find(blob, at + 1))
        times += archive[at - 1] == '"' ? 0 : 1;
    EXPECT_EQ(times, 1U);
}

TEST_F(SaveToMemory, OfSomethingMissingWritesNothing) {
    load(docker_archive({lower}, {"app"}));
    std::string bytes;
    EXPECT_THROW(image::save(*store_, {"app", "no"}, [&](std::string_view b) { bytes += b; }),
                 NotFound);
    EXPECT_THROW(image::save(*store_, {}, [&](std::string_view b) { bytes += b; }), BadParameter);
    EXPECT_EQ(bytes, "");
}

TEST_F(SaveToMemory, PassesOnWhatTheReceiverThrows) {
    load(docker_archive({lower}, {"app"}));
    EXPECT_THROW(image::save(*store_, {"app"}, [](std::string_view) { throw Conflict("full"); }),
                 Conflict);
}

}  // namespace
}  // namespace minidock::test
