// The chapter's program, with a registry of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chapters/06-images/tests/busybox_archive.hpp"
#include "minidock/base/temp_dir.hpp"
#include "tests/support/command.hpp"
#include "tests/support/test_registry.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

TEST(Chapter07, PushesAndPulls) {
    if (!TestRegistry::is_installed()) GTEST_SKIP() << "docker-registry is not installed";
    const TempDir folder;
    const TestRegistry registry;
    const auto chapter07 = [&](std::vector<std::string> words, const std::string& store) {
        words.insert(words.begin(), program("chapter07"));
        words.insert(words.begin() + 2, {"--store", folder / store});
        return run(std::move(words));
    };
    const std::string archive = make_busybox_archive(folder.path());
    const Outcome fill =
        run({"skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false",
             "docker-archive:" + archive, "docker://" + registry.name("team/box:1")});
    ASSERT_EQ(fill.status, 0) << fill.err;

    const std::string name = registry.name("team/box:1");
    const Outcome pull = chapter07({"pull", name}, "one");
    EXPECT_EQ(pull.status, 0) << pull.err;
    EXPECT_THAT(pull.out, HasSubstr("1: Pulling from team/box\n"));
    const Outcome push = chapter07({"push", name}, "one");
    EXPECT_EQ(push.status, 0) << push.err;
    EXPECT_THAT(push.out, HasSubstr(": Layer already exists\n"));
    EXPECT_EQ(chapter07({"pull", registry.name("no:1")}, "two").status, 125);
}

}  // namespace
}  // namespace minidock::test
