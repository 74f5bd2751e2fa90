// Volumes by the official client and by ours: made, used, shared, listed, removed.
#include <gmock/gmock.h>

#include "tests/support/volume_daemon.hpp"

namespace minidock::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Volumes : public VolumeDaemon {};

class VolumeCommands : public VolumeDaemon, public testing::WithParamInterface<std::string> {
  protected:
    Outcome client(std::vector<std::string> words) {
        return GetParam() == "docker" ? daemon.docker(std::move(words))
                                      : daemon.minidock(std::move(words));
    }
};
INSTANTIATE_TEST_SUITE_P(Either, VolumeCommands, testing::Values("docker", "minidock"),
                         [](const auto& test) { return test.param; });

TEST_P(VolumeCommands, MakeListInspectAndRemove) {
    EXPECT_EQ(client({"volume", "create", "--label", "tier=db", "v1"}).out, "v1\n");
    EXPECT_EQ(client({"volume", "create", "v2"}).out, "v2\n");
    EXPECT_EQ(client({"volume", "ls", "-q"}).out, "v1\nv2\n");
    EXPECT_EQ(client({"volume", "ls", "-q", "--filter", "label=tier=db"}).out, "v1\n");
    EXPECT_EQ(client({"volume", "ls", "-q", "--filter", "name=2"}).out, "v2\n");
    EXPECT_THAT(client({"volume", "ls"}).out, HasSubstr("DRIVER    VOLUME NAME\nlocal     v1\n"));
    EXPECT_EQ(client({"volume", "inspect", "--format", "{{.Mountpoint}}", "v1"}).out + "",
              data("v1").substr(0, data("v1").size() - 1) + "\n");
    EXPECT_EQ(client({"volume", "rm", "v1", "v2"}).out, "v1\nv2\n");
    EXPECT_EQ(client({"volume", "ls", "-q"}).out, "");
}

TEST_P(VolumeCommands, WhatIsNotThereIsSaid) {
    const Outcome remove = client({"volume", "rm", "nosuch"});
    EXPECT_EQ(remove.status, 1);
    EXPECT_THAT(remove.err, HasSubstr("get nosuch: no such volume"));
    EXPECT_EQ(client({"volume", "rm", "--force", "nosuch"}).status, 0);
    EXPECT_EQ(client({"volume", "inspect", "nosuch"}).status, 1);
    EXPECT_THAT(client({"volume", "ls", "--filter", "nonsense=1"}).err,
                HasSubstr("invalid filter 'nonsense'"));
    EXPECT_THAT(client({"volume", "create", "a/b"}).err,
                HasSubstr("only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed"));
    EXPECT_THAT(client({"volume", "create", "--driver", "nosuch", "v1"}).err,
                HasSubstr("plugin \"nosuch\" not found"));
}

TEST_P(VolumeCommands, PruneTakesAnonymousOnesUnlessAllAreAskedFor) {
    client({"volume", "create", "named"});
    client({"volume", "create"});
    output({"create", "--name", "user", "-v", "used:/x", "-v", "/y", "busybox", "true"});
    EXPECT_THAT(client({"volume", "prune", "--force"}).out, HasSubstr("Deleted Volumes:"));
    EXPECT_THAT(client({"volume", "ls", "-q"}).out, AllOf(HasSubstr("named"), HasSubstr("used")));
    EXPECT_EQ(client({"volume", "ls", "-q", "--filter", "dangling=true"}).out, "named\n");
    EXPECT_THAT(client({"volume", "prune", "--force", "--all"}).out, HasSubstr("named"));
    EXPECT_EQ(client({"volume", "ls", "-q", "--filter", "dangling=true"}).out, "");
}

TEST_P(VolumeCommands, RunMountsInEachWay) {
    write(host / "file", "of the host\n");
    const auto run = [&](std::vector<std::string> options, const std::string& script) {
        options.insert(options.begin(), {"run", "--rm"});
        options.insert(options.end(), {"busybox", "sh", "-c", script});
        const Outcome outcome = client(std::move(options));
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        return outcome.out;
    };
    EXPECT_EQ(run({"-v", host.path() + ":/h"}, "cat /h/file"), "of the host\n");
    EXPECT_EQ(run({"--mount", "type=bind,src=" + host.path() + ",dst=/h,readonly"},
                  "touch /h/x 2> /dev/null || cat /h/file"),
              "of the host\n");
    EXPECT_EQ(run({"-v", "v1:/v"}, "echo kept > /v/file"), "");
    EXPECT_EQ(run({"--mount", "src=v1,dst=/v"}, "cat /v/file"), "kept\n");
    EXPECT_EQ(run({"--mount", "type=tmpfs,dst=/t,tmpfs-size=1m"}, "df -m /t | awk 'END{print $2}'"),
              "1\n");
    EXPECT_EQ(run({"--tmpfs", "/t:size=2m"}, "df -m /t | awk 'END{print $2}'"), "2\n");
    EXPECT_EQ(run({"-v", "/anonymous"}, "touch /anonymous/x && echo made"), "made\n");
    EXPECT_EQ(client({"volume", "ls", "-q"}).out, "v1\n") << "--rm takes the anonymous one away";
}

TEST_F(Volumes, ContentOutlivesTheContainer) {
    EXPECT_EQ(out_of({"-v", "v1:/v"}, "echo hello > /v/file"), "");
    EXPECT_EQ(out_of({"-v", "v1:/other"}, "cat /other/file"), "hello");
    EXPECT_EQ(read_file(data("v1", "file")), "hello\n");
}

TEST_F(Volumes, AVolumeInUseStaysEvenWhenItsContainerDoesNotRun) {
    output({"create", "--name", "user", "-v", "v1:/v", "busybox", "true"});
    const std::string id = daemon.inspect("user", "{{.Id}}");
    const Outcome refused = docker({"volume", "rm", "v1"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("remove v1: volume is in use - [" + id + "]"));
    output({"rm", "user"});
    output({"volume", "rm", "v1"});
}

TEST_F(Volumes, ACrashOfTheDaemonChangesNobodysUse) {
    output({"create", "--name", "stopped", "-v", "v1:/v", "busybox", "true"});
    output({"run", "--detach", "--name", "running", "-v", "v2:/v", "busybox", "sleep", "1000"});
    output({"volume", "create", "free"});
    daemon.kill();
    daemon.start();
    EXPECT_EQ(docker({"volume", "rm", "v1"}).status, 1);
    EXPECT_EQ(docker({"volume", "rm", "v2"}).status, 1);
    EXPECT_EQ(docker({"volume", "rm", "free"}).status, 0);
    output({"rm", "--force", "stopped", "running"});
    EXPECT_EQ(docker({"volume", "rm", "v1", "v2"}).status, 0);
}

TEST_F(Volumes, RemovingAContainerWithItsVolumesTakesTheAnonymousOnes) {
    output({"create", "--name", "one", "-v", "/a", "-v", "named:/n", "busybox", "true"});
    output({"create", "--name", "two", "-v", "/a", "busybox", "true"});
    output({"rm", "--volumes", "one"});
    EXPECT_THAT(volumes(), HasSubstr("named"));
    const std::string left = volumes();
    EXPECT_EQ(std::count(left.begin(), left.end(), '\n'), 1) << left;
    output({"rm", "two"});
    EXPECT_EQ(output({"volume", "ls", "-q", "--filter", "dangling=true"}), volumes());
}

TEST_F(Volumes, InspectAndListTellOfThem) {
    output({"create", "--name", "box", "-v", "v1:/v:ro", "-v", host.path() + ":/h", "busybox"});
    // In no order: the client keeps what -v says in a set.
    EXPECT_THAT(daemon.inspect("box",
                               "{{range .Mounts}}{{.Type}} {{.Destination}} {{.RW}} "
                               "{{.Propagation}};{{end}}"),
                AllOf(HasSubstr("volume /v false ;"), HasSubstr("bind /h true rprivate;")));
    EXPECT_EQ(output({"ps", "-a", "-q", "--filter", "volume=v1"}), output({"ps", "-a", "-q"}));
    EXPECT_EQ(output({"ps", "-a", "-q", "--filter", "volume=v2"}), "");
    EXPECT_THAT(output({"ps", "-a", "--format", "{{.Mounts}}"}), HasSubstr("v1"));
}

TEST_F(Volumes, DiskUsageCountsThem) {
    EXPECT_EQ(out_of({"-v", "v1:/v"}, "dd if=/dev/zero of=/v/x bs=1000 count=2 2> /dev/null"), "");
    output({"create", "--name", "box", "-v", "v1:/v", "busybox", "true"});
    EXPECT_THAT(output({"system", "df", "--verbose", "--format", "{{json .Volumes}}"}),
                AllOf(HasSubstr(R"("Links":"1")"), HasSubstr(R"("Size":"2kB")")));
}

TEST_F(Volumes, EventsTellOfThem) {
    const std::string since = std::to_string(std::time(nullptr));
    EXPECT_EQ(out_of({"-v", "v1:/v"}, "true"), "");
    output({"volume", "rm", "v1"});
    const std::string told =
        output({"events", "--since", since, "--until", std::to_string(std::time(nullptr) + 1),
                "--filter", "type=volume", "--format", "{{.Action}} {{.Actor.ID}}"});
    EXPECT_EQ(told, "create v1\nmount v1\nunmount v1\ndestroy v1");
}

TEST_F(Volumes, VolumesFromAnotherContainer) {
    output({"create", "--name", "keeper", "-v", "v1:/v", "-v", "/a", "busybox", "true"});
    EXPECT_EQ(out_of({"--volumes-from", "keeper"}, "echo 1 > /v/x; echo 2 > /a/x"), "");
    EXPECT_EQ(out_of({"--volumes-from", "keeper:ro"}, "cat /v/x /a/x; touch /v/y || true"), "1\n2");
    EXPECT_FALSE(fs::exists(data("v1", "y")));
    EXPECT_THAT(run_in({"--volumes-from", "nobody"}, "true").err,
                HasSubstr("No such container: nobody"));
    EXPECT_EQ(output({"volume", "ls", "-q", "--filter", "dangling=true"}), "");
}

TEST_F(Volumes, TwoContainersShareWhatTheyWrite) {
    output({"run", "--detach", "--name", "writer", "-v", "v1:/v", "busybox", "sh", "-c",
            "i=0; while :; do i=$((i+1)); echo $i > /v/n; done"});
    EXPECT_EQ(out_of({"-v", "v1:/v"},
                     "for i in $(seq 100); do [ -s /v/n ] && exit; sleep 0.1; done;"
                     " exit 1"),
              "");
}

}  // namespace
}  // namespace minidock::test
