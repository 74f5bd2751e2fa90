#include "minidock/volumes/mount_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "minidock/base/error.hpp"

namespace minidock::volumes {
namespace {

/// Mounts by their place: a later one replaces an earlier.
class Plan {
  public:
    void put(MountRequest request) {
        const auto same = find(request.mount.destination);
        if (same == requests_.end()) {
            requests_.push_back(std::move(request));
        } else {
            *same = std::move(request);
        }
    }
    [[nodiscard]] bool has(const std::string& destination) {
        return find(destination) != requests_.end();
    }
    std::vector<MountRequest> take() { return std::move(requests_); }

  private:
    std::vector<MountRequest>::iterator find(const std::string& destination) {
        return std::find_if(requests_.begin(), requests_.end(), [&](const MountRequest& r) {
            return r.mount.destination == destination;
        });
    }
    std::vector<MountRequest> requests_;
};

/// "NAME", "NAME:ro" and so on: every mount of that container's but its tmpfs.
void add_from_other(const std::string& text, const MountsOf& mounts_of, Plan& plan) {
    const std::size_t colon = text.find(':');
    const std::string mode = colon == std::string::npos ? "" : text.substr(colon + 1);
    if (colon == 0 || text.empty()) throw BadParameter("malformed volumes-from specification");
    for (MountPoint& mount : mounts_of(text.substr(0, colon))) {
        if (mount.type == MountType::tmpfs) continue;
        mount.copy_up = false;  // the other container has had its turn
        if (!mode.empty()) {
            MountPoint changed = mount;
            apply_mode(changed, mode);
            // What the other may only read, this one may only read too.
            changed.writable = changed.writable && mount.writable;
            mount = std::move(changed);
        }
        plan.put({.mount = mount, .volume = {.name = mount.name}});
    }
}

}  // namespace

// [plan]
std::vector<MountRequest> plan_mounts(const containers::Definition& definition,
                                      const MountsOf& mounts_of) {
    const JsonReader host{definition.host_config_document};
    Plan plan;
    for (const std::string& other : host.strings_or_none("VolumesFrom"))
        add_from_other(other, mounts_of, plan);

    std::set<std::string> taken;
    for (const auto& [destination, options] : definition.host_config.tmpfs)
        taken.insert(parse_destination(destination, "tmpfs"));
    const auto put_once = [&](MountRequest request) {
        if (!taken.insert(request.mount.destination).second)
            throw BadParameter("Duplicate mount point: " + request.mount.destination);
        plan.put(std::move(request));
    };
    const std::string driver = host.string_or("VolumeDriver", "");
    for (const std::string& bind : host.strings_or_none("Binds"))
        put_once(parse_bind(bind, driver));
    if (const auto mounts = host.find("Mounts")) {
        for (const JsonReader& mount : mounts->elements())
            put_once(parse_mount(mount));
    }

    if (const auto volumes = JsonReader{definition.config_document}.find("Volumes")) {
        for (const auto& [destination, nothing] : volumes->members()) {
            MountRequest request = anonymous_volume(destination);
            const std::string& place = request.mount.destination;
            request.volume.driver = driver;
            if (!plan.has(place) && !taken.contains(place)) plan.put(std::move(request));
        }
    }
    return plan.take();
}
// [/plan]

}  // namespace minidock::volumes
