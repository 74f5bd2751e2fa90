// Images through the official client: in by every door, looked at, named, run and removed.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "minidock/base/fd.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string busybox_archive =
    std::filesystem::path{MINIDOCK_BIN_DIR}.parent_path() / "share/minidock/busybox.tar";

bool has_program(const std::string& name) {
    return run({"sh", "-c", "command -v " + name}).status == 0;
}

/// Where what takes minutes to make stays from one run to the next.
std::string cache_folder() {
    const char* chosen = std::getenv("MINIDOCK_TEST_CACHE");
    const char* home = std::getenv("HOME");
    const std::string folder = chosen != nullptr ? chosen
                                                 : std::string{home != nullptr ? home : "/root"} +
                                                       "/.cache/minidock-tests";
    std::filesystem::create_directories(folder);
    return folder;
}

class Images : public testing::Test {
  protected:
    Images() : daemon{TestDaemon::Options{.busybox = false}} {}

    Outcome docker(std::vector<std::string> words, std::string input = {}) {
        return daemon.docker(std::move(words), std::move(input));
    }
    std::string output(std::vector<std::string> words) {
        return daemon.docker_output(std::move(words));
    }
    void load_busybox() {
        EXPECT_EQ(output({"load", "--input", busybox_archive}), "Loaded image: busybox:latest");
    }
    std::string write(const std::string& name, const std::string& content) {
        const std::string path = folder / name;
        write_all(open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0644).get(), content, path);
        return path;
    }

    TempDir folder;
    TestDaemon daemon;
};

TEST_F(Images, AreLoadedListedNamedAndRemoved) {
    load_busybox();
    EXPECT_EQ(output({"images", "--format", "{{.Repository}}:{{.Tag}}"}), "busybox:latest");
    output({"tag", "busybox", "registry.example.com:5000/team/box:v1"});
    EXPECT_EQ(output({"images", "--quiet", "--filter", "reference=*/team/box"}).size(), 12U);
    EXPECT_EQ(output({"rmi", "registry.example.com:5000/team/box:v1"}),
              "Untagged: registry.example.com:5000/team/box:v1");
    EXPECT_THAT(output({"rmi", "busybox"}),
                testing::MatchesRegex("Untagged: busybox:latest\nDeleted: sha256:[0-9a-f]+\n"
                                      "Deleted: sha256:[0-9a-f]+"));
    EXPECT_EQ(output({"images", "--all", "--quiet"}), "");
}

TEST_F(Images, AreLoadedFromAPipe) {
    const Outcome load = docker({"load"}, read_file(busybox_archive));
    EXPECT_EQ(load.out, "Loaded image: busybox:latest\n") << load.err;
}

TEST_F(Images, TellWhatTheyAre) {
    load_busybox();
    EXPECT_EQ(
        output({"image", "inspect", "--format",
                "{{.Os}} {{json .Config.Cmd}} {{len .RootFS.Layers}} {{.RepoTags}}", "busybox"}),
        "linux [\"sh\"] 1 [busybox:latest]");
    EXPECT_THAT(output({"history", "busybox"}), HasSubstr("busybox-static of Debian"));
}

TEST_F(Images, OfBusyboxAreASystemOfTheirOwn) {
    load_busybox();
    const Outcome run = docker({"run", "--rm", "--network", "none", "busybox", "sh", "-c",
                                "id -un && ls -ld /tmp | cut -c1-10 && which vi ping && pwd"});
    EXPECT_EQ(run.out, "root\ndrwxrwxrwt\n/bin/vi\n/bin/ping\n/\n") << run.err;
}

TEST_F(Images, ThatAreUnknownEndARunWith125AndALine) {
    // Docker Hub may be in reach or not; either way there is no such image.
    const Outcome run = docker({"run", "--rm", "nosuch", "true"});
    EXPECT_EQ(run.status, 125);
    EXPECT_THAT(run.err, HasSubstr("Unable to find image 'nosuch:latest' locally"));
}

TEST_F(Images, ThatAreMissingOrMisnamedAreRefused) {
    EXPECT_THAT(docker({"image", "inspect", "nosuch"}).err,
                HasSubstr("No such image: nosuch:latest"));
    EXPECT_THAT(docker({"rmi", "a/b:v1"}).err, HasSubstr("No such image: a/b:v1"));
    EXPECT_THAT(docker({"images", "--filter", "colour=red"}).err,
                HasSubstr("invalid filter 'colour'"));
}

TEST_F(Images, OutOfADamagedArchiveAreRefusedInOneLine) {
    const std::string whole = read_file(busybox_archive);
    const std::string cut = write("cut.tar", whole.substr(0, whole.size() / 2));
    const Outcome load = docker({"load", "--input", cut});
    EXPECT_NE(load.status, 0);
    EXPECT_THAT(load.err, HasSubstr("read the archive: Truncated"));
    EXPECT_EQ(std::count(load.err.begin(), load.err.end(), '\n'), 1) << load.err;

    const Outcome import = docker({"import", write("no.tar", "this is no tar"), "bad"});
    EXPECT_NE(import.status, 0);
    EXPECT_THAT(import.err, HasSubstr("Unrecognized archive format"));
    EXPECT_EQ(output({"images", "--all", "--quiet"}), "");
    EXPECT_TRUE(std::filesystem::is_empty(daemon.data_root() + "/images/incoming"));
    EXPECT_TRUE(std::filesystem::is_empty(daemon.data_root() + "/layers/unfinished"));
}

TEST_F(Images, AreNotRemovedUnderAContainer) {
    load_busybox();
    const std::string container =
        output({"run", "--detach", "--network", "none", "busybox", "sleep", "100"}).substr(0, 12);
    const Outcome by_name = docker({"rmi", "busybox"});
    EXPECT_EQ(by_name.status, 1);
    EXPECT_THAT(by_name.err,
                HasSubstr("container " + container + " is using its referenced image"));
    const std::string id = output({"images", "--quiet", "busybox"});
    EXPECT_THAT(docker({"rmi", "--force", id}).err,
                HasSubstr("image is being used by running container " + container));
    output({"rm", "--force", container});
    output({"rmi", "busybox"});
    EXPECT_TRUE(std::filesystem::is_empty(daemon.data_root() + "/images/blobs/sha256"));
}

TEST_F(Images, AreWhatSkopeoMakesAndReads) {
    if (!has_program("skopeo")) GTEST_SKIP() << "skopeo is not installed";
    load_busybox();
    const std::string layout =
        "oci:" + daemon.data_root() + "/images:docker.io/library/busybox:latest";
    for (const std::string form : {"docker-archive", "oci-archive"}) {
        const std::string archive = folder / (form + ".tar");
        const Outcome copy = run({"skopeo", "--insecure-policy", "copy", layout,
                                  form + ":" + archive + ":" + form + ":x"});
        ASSERT_EQ(copy.status, 0) << copy.err;
        EXPECT_EQ(output({"load", "--input", archive}), "Loaded image: " + form + ":x");
        const Outcome hello =
            docker({"run", "--rm", "--network", "none", form + ":x", "echo", "hello"});
        EXPECT_EQ(hello.out, "hello\n") << hello.err;
    }
}

/// A Debian 12 root as Debian makes it; kept for the next run, as it takes minutes.
std::string debian_root() {
    const std::string kept = cache_folder() + "/debian-12.tar";
    if (std::filesystem::exists(kept)) return kept;
    const std::string fresh = cache_folder() + "/making-debian-12.tar";
    const Outcome made =
        run({.arguments = {"mmdebstrap", "--quiet", "--variant=minbase", "bookworm", fresh},
             .time_limit = std::chrono::minutes{10}});
    if (made.status != 0) throw std::runtime_error("mmdebstrap: " + made.err);
    std::filesystem::rename(fresh, kept);
    return kept;
}

TEST_F(Images, OfDebianRunAptAndBash) {
    if (!has_program("mmdebstrap")) GTEST_SKIP() << "mmdebstrap is not installed";
    EXPECT_THAT(output({"import", debian_root(), "debian:12"}), testing::StartsWith("sha256:"));
    const auto in_debian = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"run", "--rm", "--network", "none", "debian:12"});
        return output(std::move(words));
    };
    EXPECT_THAT(in_debian({"apt", "--version"}), testing::StartsWith("apt 2.6"));
    EXPECT_EQ(
        in_debian({"bash", "-c", "echo ${BASH_VERSINFO[0]}; . /etc/os-release; echo $VERSION_ID"}),
        "5\n12");
    EXPECT_EQ(in_debian({"stat", "-c", "%A %U:%G", "/usr/bin/passwd", "/etc/shadow"}),
              "-rwsr-xr-x root:root\n-rw-r----- root:shadow");
    EXPECT_EQ(in_debian({"dpkg", "--verify"}), "")
        << "files differ from what their packages brought";
}

}  // namespace
}  // namespace minidock::test
