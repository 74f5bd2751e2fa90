// Images made of containers, what images cost, and how they are cleared away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::AnyOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class Commit : public testing::Test {
  protected:
    std::string output(std::vector<std::string> words) {
        return daemon.docker_output(std::move(words));
    }
    /// A container that ran a shell command and has ended.
    void run_in(const std::string& name, const std::string& command,
                const std::string& image = "busybox") {
        output({"run", "--name", name, "--network", "none", image, "sh", "-c", command});
    }
    std::string in_image(const std::string& image, const std::string& command) {
        return output({"run", "--rm", "--network", "none", image, "sh", "-c", command});
    }

    TestDaemon daemon;
};

TEST_F(Commit, KeepsWhatWasAddedChangedAndRemoved) {
    run_in("con",
           "echo new >/new; chown 12:34 /new; chmod 4755 /new; ln /new /hard; ln -s new /soft; "
           "rm /etc/passwd; rm -r /tmp; mkdir /tmp; touch /tmp/fresh; mkfifo /pipe");
    EXPECT_THAT(output({"commit", "con", "made:1"}), ContainsRegex("^sha256:[0-9a-f]{64}$"));
    EXPECT_EQ(in_image("made:1",
                       "cat /hard; stat -c '%a %u:%g %h' /new; readlink /soft; "
                       "test -e /etc/passwd || echo gone; ls /tmp; test -p /pipe && echo pipe"),
              "new\n4755 12:34 2\nnew\ngone\nfresh\npipe");
    EXPECT_EQ(output({"image", "inspect", "--format", "{{len .RootFS.Layers}}", "made:1"}), "2");
}

TEST_F(Commit, HidesWhatAReplacedFolderHad) {
    run_in("first", "mkdir /d; echo old >/d/old");
    output({"commit", "first", "made:1"});
    run_in("next", "rm -r /d; mkdir /d; echo new >/d/new", "made:1");
    output({"commit", "next", "made:2"});
    EXPECT_EQ(in_image("made:2", "ls /d"), "new");
    EXPECT_EQ(in_image("made:1", "ls /d"), "old");
}

TEST_F(Commit, SaysHowTheImageIsToBeRun) {
    run_in("con", "true");
    const std::string id =
        output({"commit", "--author", "Ann", "--message", "why", "--change",
                "CMD [\"echo\",\"hi\"]", "--change", "ENV A=1 B=\"2 3\"", "--change", "LABEL x=y",
                "--change", "WORKDIR /tmp", "--change", "EXPOSE 80", "con", "made"});
    EXPECT_EQ(output({"run", "--rm", "--network", "none", "made"}), "hi");
    EXPECT_EQ(in_image("made", "echo $A $B; pwd"), "1 2 3\n/tmp");
    EXPECT_EQ(
        output({"image", "inspect", "--format",
                "{{.Author}} {{.Comment}} {{.Config.Labels.x}} {{.Config.ExposedPorts}}", "made"}),
        "Ann why y map[80/tcp:{}]");
    EXPECT_THAT(output({"history", "--no-trunc", "made"}), HasSubstr("sh -c true"));
    EXPECT_THAT(daemon.docker({"commit", "--change", "RUN true", "con"}).err,
                HasSubstr("want CMD, ENTRYPOINT"));
}

TEST_F(Commit, OfARunningContainerLeavesItRunning) {
    output({"run", "--detach", "--name", "con", "--network", "none", "busybox", "sh", "-c",
            "echo x >/x; sleep 100"});
    ASSERT_TRUE(eventually([&] {
        return daemon.docker({"commit", "con", "made"}).status == 0 &&
               daemon.docker({"run", "--rm", "--network", "none", "made", "cat", "/x"}).out ==
                   "x\n";
    }));
    EXPECT_EQ(daemon.inspect("con", "{{.State.Status}}"), "running");
    EXPECT_EQ(daemon.minidock({"commit", "con", "again"}).status, 0);
    output({"rm", "--force", "con"});
}

TEST_F(Commit, LeavesDanglingImagesThatPruneRemoves) {
    run_in("con", "echo 1 >/x");
    output({"commit", "con", "made"});
    output({"rm", "con"});
    run_in("con", "echo 2 >/x");
    output({"commit", "con", "made"});
    output({"rm", "con"});
    EXPECT_EQ(output({"images", "--quiet", "--filter", "dangling=true"}).size(), 12U);
    const std::string pruned = output({"image", "prune", "--force"});
    EXPECT_THAT(pruned, ContainsRegex("deleted: sha256:"));
    EXPECT_THAT(pruned, HasSubstr("Total reclaimed space: 2B"));
    EXPECT_EQ(output({"images", "--quiet", "--filter", "dangling=true"}), "");
    EXPECT_EQ(in_image("made", "cat /x"), "2");
}

TEST_F(Commit, AndPruneOfAllLeavesWhatContainersUse) {
    output({"tag", "busybox", "second"});
    run_in("con", "echo 1 >/x");
    output({"commit", "con", "made"});
    const Outcome prune = daemon.minidock({"image", "prune", "--all", "--force"});
    EXPECT_EQ(prune.status, 0) << prune.err;
    EXPECT_THAT(prune.out, HasSubstr("untagged: made:latest"));
    // The official client shows the names of one image in any order.
    EXPECT_THAT(output({"images", "--format", "{{.Repository}}"}),
                AnyOf("busybox\nsecond", "second\nbusybox"));
    output({"rm", "con"});
    EXPECT_THAT(output({"image", "prune", "--all", "--force"}),
                Not(HasSubstr("reclaimed space: 0B")));
    EXPECT_EQ(output({"images", "--quiet"}), "");
}

TEST_F(Commit, AndItsImagesAreCountedOnceByDf) {
    run_in("con", "dd if=/dev/zero of=/x bs=1000 count=5");
    output({"commit", "con", "made"});
    const std::string line =
        output({"system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Active}}"});
    EXPECT_THAT(line, HasSubstr("Images 2 1"));
    EXPECT_THAT(output({"system", "df", "--verbose"}), HasSubstr("made"));
}

}  // namespace
}  // namespace minidock::test
