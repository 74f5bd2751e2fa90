// docker-compose and the Python SDK, as their users write them: containers and volumes.
#include <gmock/gmock.h>

#include "tests/support/volume_daemon.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

class Compose : public VolumeDaemon {
  protected:
    void SetUp() override {
        if (run({"sh", "-c", "command -v docker-compose"}).status != 0)
            GTEST_SKIP() << "docker-compose is not installed";
    }
    Outcome compose(std::vector<std::string> words) {
        words.insert(words.begin(), {"env", "-C", host.path(), "docker-compose", "-p", "try"});
        return run({.arguments = std::move(words),
                    .environment = {"DOCKER_HOST=" + daemon.host()},
                    .time_limit = std::chrono::minutes{2}});
    }
};

TEST_F(Compose, BringsServicesUpAndDownAndKeepsTheirVolumes) {
    write(host / "docker-compose.yml", R"(
version: "3.7"
services:
  writer:
    image: busybox
    network_mode: none
    command: ["sh", "-c", "echo started >> /data/log; exec sleep 1000"]
    volumes: ["kept:/data", "./here:/here:ro", "/anonymous"]
    tmpfs: ["/fast"]
volumes:
  kept:
    labels: {tier: test}
)");
    write(host / "here/file", "of the host\n");
    const Outcome up = compose({"up", "-d"});
    ASSERT_EQ(up.status, 0) << up.err << daemon.log();
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(data("try_kept", "log")); }));
    EXPECT_EQ(output({"volume", "ls", "-q", "--filter", "label=tier=test"}), "try_kept");
    EXPECT_THAT(compose({"ps"}).out, HasSubstr("Up"));
    // Nothing has changed: the container stays the same.
    const std::string before = output({"ps", "-q", "--no-trunc"});
    EXPECT_EQ(compose({"up", "-d"}).status, 0);
    EXPECT_EQ(output({"ps", "-q", "--no-trunc"}), before);

    EXPECT_EQ(compose({"kill"}).status, 0);
    EXPECT_EQ(compose({"up", "-d"}).status, 0);
    EXPECT_TRUE(
        eventually([&] { return read_file(data("try_kept", "log")) == "started\nstarted\n"; }));
    EXPECT_EQ(compose({"down"}).status, 0);
    EXPECT_EQ(output({"ps", "-aq"}), "");
    EXPECT_THAT(volumes(), HasSubstr("try_kept"));
    EXPECT_EQ(compose({"down", "--volumes"}).status, 0);
    EXPECT_THAT(volumes(), testing::Not(HasSubstr("try_kept")));
}

TEST_F(Compose, ThePythonSdkMakesUsesAndRemovesVolumes) {
    if (run({"/usr/bin/python3", "-c", "import docker"}).status != 0)
        GTEST_SKIP() << "python3-docker is not installed";
    write(host / "script.py", R"(
import docker
client = docker.from_env()
volume = client.volumes.create(name="notes", labels={"a": "b"})
assert client.volumes.get("notes").attrs["Labels"] == {"a": "b"}
out = client.containers.run("busybox", ["sh", "-c", "echo hello > /v/x; cat /v/x"], remove=True,
                            network_mode="none", volumes={"notes": {"bind": "/v", "mode": "rw"}})
assert out == b"hello\n", out
mount = docker.types.Mount("/v", "notes", read_only=True)
out = client.containers.run("busybox", ["sh", "-c", "touch /v/y 2>&1; cat /v/x"], remove=True,
                            network_mode="none", mounts=[mount])
assert b"Read-only" in out and out.endswith(b"hello\n"), out
box = client.containers.create("busybox", "true", network_mode="none", volumes=["/anonymous"])
names = [mount["Type"] for mount in client.containers.get(box.id).attrs["Mounts"]]
assert names == ["volume"], names
box.remove(v=True)
assert [v.name for v in client.volumes.list()] == ["notes"]
try:
    client.volumes.get("nosuch")
    raise SystemExit("found")
except docker.errors.NotFound as error:
    assert "no such volume" in error.explanation
print(client.volumes.prune(filters={"all": ["true"]})["VolumesDeleted"])
)");
    const Outcome outcome = run({.arguments = {"/usr/bin/python3", host / "script.py"},
                                 .environment = {"DOCKER_HOST=" + daemon.host()}});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "['notes']\n");
}

}  // namespace
}  // namespace minidock::test
