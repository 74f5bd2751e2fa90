// What volumes do in the life of a container: chapter 9's part of containers/life_extension.hpp.
//
//   create   the mounts are planned, missing volumes are made, empty ones filled from the image
//   start    volumes with options are mounted on the host, subpaths are opened, and all of it goes
//            into the specification that the runtime mounts from
//   end      what was mounted on the host, and no other container needs, is unmounted
//   remove   anonymous volumes go, if that is asked for
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "minidock/base/error.hpp"
#include "minidock/containers/containers.hpp"
#include "minidock/containers/life_extension.hpp"
#include "minidock/volumes/mount_request.hpp"
#include "minidock/volumes/store.hpp"

namespace minidock::volumes {

class VolumeLife : public containers::LifeExtension {
  public:
    VolumeLife(Store& store, containers::Containers& containers)
        : store_{store}, containers_{containers} {}

    [[nodiscard]] std::vector<std::string> serves() const override;
    void created(const containers::Container& container,
                 std::vector<std::string>& warnings) override;
    void prepare(const containers::Container& container, Json& spec) override;
    void before_start(const containers::Container& container) override;
    void after_exit(const containers::Container& container) noexcept override;
    void removed(const containers::Container& container, bool volumes) override;
    void describe(const containers::Container& container, Json& inspect) const override;
    void summarize(const containers::Container& container, Json& entry) const override;

  private:
    void fill(const containers::Container& container, const std::vector<MountRequest>& requests);
    void fill_one(const Fd& root, const containers::Container& container, const MountPoint& mount);
    void hold(const containers::Container& container, const std::vector<MountPoint>& mounts);
    void let_go(const containers::Container& container);
    [[nodiscard]] bool is_held_by_others(const std::string& volume, const std::string& id) const;
    [[nodiscard]] std::string subpath_folder(const containers::Container& container) const;
    [[nodiscard]] std::string source_of(const containers::Container& container,
                                        const MountPoint& mount, std::size_t number) const;
    void mount_subpaths(const containers::Container& container,
                        const std::vector<MountPoint>& mounts);
    void unmount_subpaths(const containers::Container& container);
    void tell(const std::string& action, const containers::Container& container,
              const MountPoint& mount) const;

    Store& store_;
    containers::Containers& containers_;
    std::mutex mutex_;  // protects starting_, and is held while volumes are mounted and unmounted
    std::set<std::string> starting_;  // containers that hold mounts though they do not run yet
};

}  // namespace minidock::volumes
