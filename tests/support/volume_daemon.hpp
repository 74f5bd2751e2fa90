// A daemon for tests of volumes, with short words for what they look at.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {

class VolumeDaemon : public testing::Test {
  protected:
    TestDaemon daemon;
    TempDir host;  ///< a folder of the host's, to bind

    [[nodiscard]] Outcome docker(std::vector<std::string> words) const {
        return daemon.docker(std::move(words));
    }
    std::string output(std::vector<std::string> words) const {
        return daemon.docker_output(std::move(words));
    }
    /// `docker run --rm OPTIONS busybox sh -c SCRIPT`
    [[nodiscard]] Outcome run_in(std::vector<std::string> options, const std::string& script,
                                 const std::string& image = "busybox") const {
        options.insert(options.begin(), {"run", "--rm"});
        options.insert(options.end(), {image, "sh", "-c", script});
        return daemon.docker(std::move(options));
    }
    /// What it prints, without the last newline; another end than success fails the test.
    [[nodiscard]] std::string out_of(const std::vector<std::string>& options,
                                     const std::string& script,
                                     const std::string& image = "busybox") const {
        Outcome outcome = run_in(options, script, image);
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        while (outcome.out.ends_with('\n'))
            outcome.out.pop_back();
        return outcome.out;
    }
    /// The path of a volume's content, or of a file in it.
    [[nodiscard]] std::string data(const std::string& volume, const std::string& file = "") const {
        return daemon.data_root() + "/volumes/" + volume + "/_data/" + file;
    }
    [[nodiscard]] std::string volumes() const { return output({"volume", "ls", "--quiet"}); }

    static void write(const std::string& path, const std::string& text) {
        std::filesystem::create_directories(std::filesystem::path{path}.parent_path());
        std::ofstream{path} << text;
    }

    /// Makes an image of busybox's files and what a script adds, in a folder that is its root.
    void make_image(const std::string& name, const std::string& script,
                    const std::vector<std::string>& changes = {}) {
        const TempDir root;
        std::string command = "cp -a " + daemon.data_root() + "/layers/*/diff/. " + root.path() +
                              " && cd " + root.path() + " && " + script +
                              " && tar --xattrs --xattrs-include='*' -cf - . | docker --host " +
                              daemon.host() + " import";
        for (const std::string& change : changes)
            command += " --change '" + change + "'";
        const Outcome made = run({"bash", "-o", "pipefail", "-c", command + " - " + name});
        ASSERT_EQ(made.status, 0) << made.err;
    }
};

}  // namespace minidock::test
