// A bundle to run: a root file system of Debian's static busybox, and a config.json to change.
#pragma once

#include <string>
#include <vector>

#include "minidock/base/json.hpp"
#include "minidock/base/temp_dir.hpp"

namespace minidock::test {

/// A root file system with a shell in it.
/// @param folder is made; it gets /bin/busybox and its names, and a few empty folders
void make_busybox_root(const std::string& folder);

class Bundle {
  public:
    /// A bundle whose program is `args`, with all namespaces and the usual mounts.
    explicit Bundle(std::vector<std::string> args);

    Json config;  ///< written by path()

    /// Writes config.json. @return the bundle's folder
    const std::string& path();
    [[nodiscard]] std::string root() const { return folder_ / "rootfs"; }
    /// The cgroup that config.json names: one of its own for each bundle.
    [[nodiscard]] std::string cgroup() const { return config["linux"]["cgroupsPath"]; }
    /// A folder for the runtime's state.
    [[nodiscard]] std::string state_root() const { return folder_ / "state"; }
    /// Somewhere for the test's own files.
    [[nodiscard]] std::string file(const std::string& name) const { return folder_ / name; }

  private:
    TempDir folder_;
};

}  // namespace minidock::test
