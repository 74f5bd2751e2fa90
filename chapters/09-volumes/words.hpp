// The words that chapter 9 adds: `volume create|ls|rm`, and the options of `run` that mount volumes
// of the same store. A container of this program lives as long as its command: for that time it is
// a user of its volumes, by a file mounts.json in a folder of its own, as the daemon's are.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/temp_dir.hpp"
#include "minidock/volumes/store.hpp"

namespace minidock::chapter09 {

/// `--store DIR`: where the volumes are. Opened when a word needs it.
class StoreOption {
  public:
    explicit StoreOption(CLI::App& app);
    volumes::Store& store();
    [[nodiscard]] const std::string& folder() const { return folder_; }

  private:
    std::string folder_ = "/var/tmp/chapter09";
    std::unique_ptr<volumes::Store> store_;
};

/// `volume create [NAME]`, `volume ls`, `volume rm NAME…`
class VolumeVerbs {
  public:
    VolumeVerbs(CLI::App& app, StoreOption& store);
    VolumeVerbs(const VolumeVerbs&) = delete;
    VolumeVerbs& operator=(const VolumeVerbs&) = delete;
    [[nodiscard]] bool chosen() const { return verb_->parsed(); }
    void run();

  private:
    void list() const;

    StoreOption& store_;
    std::string name_;
    std::vector<std::string> names_;
    CLI::App* verb_;
    CLI::App* create_;
    CLI::App* list_;
    CLI::App* remove_;
};

/// `run --layer DIR… [-v BIND]…`: a layered root (chapter 3) with volumes in it.
class RootWithVolumes {
  public:
    RootWithVolumes(CLI::App& run, StoreOption& store);
    RootWithVolumes(const RootWithVolumes&) = delete;
    RootWithVolumes& operator=(const RootWithVolumes&) = delete;
    /// Forgets the container, and removes its anonymous volumes.
    ~RootWithVolumes();

    /// Makes and fills the volumes, and returns what gives the command its root; nothing when no
    /// layer is given.
    [[nodiscard]] std::function<void()> entrance();

  private:
    void fill(const std::vector<volumes::MountRequest>& requests);

    StoreOption& store_;
    std::vector<std::string> layers_;
    std::vector<std::string> binds_;
    std::string id_;                ///< of the container; empty before it has volumes
    std::string container_folder_;  ///< with its mounts.json
    std::optional<TempDir> place_;
};

}  // namespace minidock::chapter09
