// `docker cp`, `export` and `diff` through the official client, and what a hostile container tries.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Copy : public testing::Test {
  protected:
    TestDaemon daemon;
    TempDir here;

    void SetUp() override {
        daemon.docker_output({"run", "-d", "--name", "box", "busybox", "sleep", "1000"});
    }
    std::string in_box(const std::string& script) {
        return daemon.docker_output({"exec", "box", "sh", "-c", script});
    }
    void write(const std::string& name, const std::string& text) {
        write_all(open_file(here / name, O_WRONLY | O_CREAT | O_TRUNC, 0640).get(), text, name);
    }
    void copy(const std::string& from, const std::string& to) {
        const Outcome copy = daemon.docker({"cp", from, to});
        EXPECT_EQ(copy.status, 0) << copy.err;
    }
};

TEST_F(Copy, AFileComesAndGoes) {
    write("note", "hello\n");
    copy(here / "note", "box:/tmp/");
    copy(here / "note", "box:/tmp/other-name");
    EXPECT_EQ(in_box("cat /tmp/note /tmp/other-name; stat -c %a /tmp/note"), "hello\nhello\n640");
    in_box("echo back > /tmp/note");
    copy("box:/tmp/note", here / "returned");
    EXPECT_EQ(read_file(here / "returned"), "back\n");
}

TEST_F(Copy, AFolderComesWithAllBelowIt) {
    fs::create_directories(here / "tree/sub");
    write("tree/sub/file", "deep");
    fs::create_symlink("sub/file", here / "tree/link");
    fs::create_hard_link(here / "tree/sub/file", here / "tree/hard");
    copy(here / "tree", "box:/opt");
    EXPECT_EQ(in_box("cat /opt/link; readlink /opt/link; stat -c %h /opt/hard"), "deepsub/file\n2");
    copy("box:/opt/.", here / "copy");
    EXPECT_EQ(read_file(here / "copy/sub/file"), "deep");
    EXPECT_TRUE(fs::is_symlink(here / "copy/link"));
}

TEST_F(Copy, AStoppedContainerHasItsFilesToo) {
    in_box("echo kept > /kept");
    daemon.docker_output({"kill", "box"});
    copy("box:/kept", here / "kept");
    EXPECT_EQ(read_file(here / "kept"), "kept\n");
    write("more", "more");
    copy(here / "more", "box:/more");
    daemon.docker_output({"start", "box"});
    EXPECT_EQ(in_box("cat /more"), "more");
}

TEST_F(Copy, WhatIsMissingIsSaidSo) {
    EXPECT_THAT(daemon.docker({"cp", "box:/nothing", here / "x"}).err,
                HasSubstr("Could not find the file /nothing in container"));
    write("note", "x");
    EXPECT_NE(daemon.docker({"cp", here / "note", "box:/nowhere/at/all"}).status, 0);
    EXPECT_NE(daemon.docker({"cp", here / "note", "box:/etc/passwd/x"}).status, 0);
}

/// CVE-2018-15664: a link in the container that leads to the host.
TEST_F(Copy, LinksOfTheContainerNeverLeadOut) {
    write("secret", "of the host");
    write("evil", "evil");
    in_box("ln -s " + (here / "secret") + " /to-file; ln -s " + here.path() +
           " /to-folder; "
           "ln -s ../../../../../../../.. /up");
    EXPECT_NE(daemon.docker({"cp", "-L", "box:/to-file", here / "stolen"}).status, 0);
    EXPECT_NE(daemon.docker({"cp", "box:/to-folder/secret", here / "stolen"}).status, 0);
    EXPECT_NE(daemon.docker({"cp", here / "evil", "box:/to-folder/planted"}).status, 0);
    EXPECT_FALSE(fs::exists(here / "stolen"));
    EXPECT_FALSE(fs::exists(here / "planted"));
    // "Up" ends at the container's root.
    copy(here / "evil", "box:/up/planted");
    EXPECT_EQ(in_box("cat /planted"), "evil");
}

TEST_F(Copy, ExportHasTheWholeTreeAndDiffWhatChanged) {
    in_box("echo new > /new; rm /etc/group; echo x >> /etc/passwd");
    EXPECT_EQ(daemon.docker_output({"diff", "box"}), "C /etc\nD /etc/group\nC /etc/passwd\nA /new");
    daemon.docker_output({"export", "-o", here / "all.tar", "box"});
    const Outcome list = run({"tar", "-tf", here / "all.tar"});
    EXPECT_THAT(list.out, HasSubstr("bin/busybox"));
    EXPECT_THAT(list.out, HasSubstr("new\n"));
    EXPECT_THAT(list.out, testing::Not(HasSubstr("etc/group")));
}

}  // namespace
}  // namespace minidock::test
