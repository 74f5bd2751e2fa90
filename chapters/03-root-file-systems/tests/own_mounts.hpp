// For tests that mount: a mount namespace of the test's own, and in it a scratch folder on a fresh
// tmpfs. Both end with the test, and everything that it mounted with them.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "minidock/base/fd.hpp"

namespace minidock::test {

class OwnMounts : public testing::Test {
  protected:
    void SetUp() override;
    void TearDown() override;

    /// The path of something in the scratch folder.
    [[nodiscard]] std::string operator/(const std::string& name) const {
        return scratch_ + "/" + name;
    }
    [[nodiscard]] std::string at(const std::string& name) const { return *this / name; }

    /// Makes a folder, with those above it, and gives its path.
    std::string folder(const std::string& name) const;
    /// Makes a file, with the folders above it, and gives its path.
    std::string file(const std::string& name, const std::string& content) const;

  private:
    std::string scratch_;
};

/// Runs `work` in a process of its own, for what cannot be undone (a pivot, a chroot).
/// @return what `work` returned, or "threw: " and why
std::string in_child(const std::function<std::string()>& work);

/// The names in a folder, separated by spaces.
std::string list(const std::string& folder);

/// "read-only", "denied" and so on: what happens to who writes `path`; "written" when it works.
std::string try_to_write(const std::string& path);

/// The mount points that this process sees at or below `path`.
std::vector<std::string> mounts_below(const std::string& path);

}  // namespace minidock::test
