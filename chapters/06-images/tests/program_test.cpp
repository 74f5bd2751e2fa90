// The chapter's program, on a store of its own.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "chapters/06-images/tests/busybox_archive.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "tests/support/command.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Chapter06 : public testing::Test {
  protected:
    Outcome chapter06(std::vector<std::string> words) const {
        words.insert(words.begin(), program("chapter06"));
        return run(std::move(words));
    }
    Outcome in_store(std::vector<std::string> words) const {
        words.insert(words.begin() + 1, {"--store", folder / "store"});
        return chapter06(std::move(words));
    }
    void load_busybox() const {
        const std::string archive = make_busybox_archive(folder.path());
        const Outcome load = in_store({"load", archive});
        ASSERT_EQ(load.status, 0) << load.err;
        ASSERT_THAT(load.out, HasSubstr("busybox:latest"));
    }
    /// Runs a shell command on the layers of an image.
    Outcome run_on(const std::string& image, std::vector<std::string> options,
                   const std::string& command) const {
        std::vector<std::string> words{"sh", "-c"};
        std::string line = program("chapter06") + " run $(" + program("chapter06") +
                           " layers --store " + (folder / "store") + " " + image + ")";
        for (const std::string& option : options)
            line += " " + option;
        words.push_back(line + " sh -c '" + command + "'");
        return run(words);
    }

    TempDir folder;
};

TEST_F(Chapter06, RunsACommandOnAnImage) {
    load_busybox();
    EXPECT_EQ(run_on("busybox", {}, "echo hello from $(id -u)").out, "hello from 0\n");
    EXPECT_THAT(in_store({"images"}).out, HasSubstr(" 1 "));
}

TEST_F(Chapter06, PacksWhatACommandChanged) {
    load_busybox();
    std::filesystem::create_directory(folder / "keep");
    const Outcome change =
        run_on("busybox", {"--keep", folder / "keep"}, "echo hi >/hello; rm /bin/vi");
    ASSERT_EQ(change.status, 0) << change.err;
    const Outcome pack = in_store({"pack", "busybox", folder / "keep/upper", "changed:1"});
    ASSERT_EQ(pack.status, 0) << pack.err;
    EXPECT_EQ(run_on("changed:1", {}, "cat /hello; ls /bin/vi 2>/dev/null || echo gone").out,
              "hi\ngone\n");
    EXPECT_EQ(in_store({"save", "changed:1", folder / "changed.tar"}).status, 0);
    EXPECT_THAT(chapter06({"load", "--store", folder / "other", folder / "changed.tar"}).out,
                HasSubstr("changed:1"));
}

TEST_F(Chapter06, SaysInOneLineWhatItCannotDo) {
    const Outcome missing = in_store({"layers", "nosuch"});
    EXPECT_EQ(missing.status, 125);
    EXPECT_EQ(missing.err, "chapter06: No such image: nosuch:latest\n");
    const std::string path = folder / "no.tar";
    write_all(open_file(path, O_WRONLY | O_CREAT, 0644).get(), "this is no tar", path);
    const Outcome load = in_store({"load", path});
    EXPECT_EQ(load.status, 125);
    EXPECT_THAT(load.err, StartsWith("chapter06: "));
}

}  // namespace
}  // namespace minidock::test
