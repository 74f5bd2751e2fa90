#include "minidock/volumes/mount_point.hpp"

#include <algorithm>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"

namespace minidock::volumes {
namespace {

constexpr const char* type_names[] = {"bind", "volume", "tmpfs"};

std::string name_of(MountType type) {
    return type_names[static_cast<int>(type)];
}

MountType parse_type(const JsonReader& value) {
    for (const MountType type : {MountType::bind, MountType::volume, MountType::tmpfs}) {
        if (value.string() == name_of(type)) return type;
    }
    value.reject("want bind, volume or tmpfs");
}

Json to_json(const MountPoint& mount) {
    return {{"Type", name_of(mount.type)},
            {"Name", mount.name},
            {"Source", mount.source},
            {"Destination", mount.destination},
            {"Mode", mount.mode},
            {"RW", mount.writable},
            {"Recursive", mount.recursive},
            {"ReadOnlyBelow", mount.read_only_reach == ReadOnlyReach::below_too},
            {"Propagation", mount.propagation},
            {"CreateSource", mount.create_source},
            {"CopyUp", mount.copy_up},
            {"Anonymous", mount.anonymous},
            {"Subpath", mount.subpath},
            {"TmpfsOptions", mount.tmpfs_options}};
}

MountPoint parse_mount(const JsonReader& value) {
    return {.type = parse_type(value.at("Type")),
            .name = value.string_or("Name", ""),
            .source = value.string_or("Source", ""),
            .destination = value.at("Destination").string(),
            .mode = value.string_or("Mode", ""),
            .writable = value.boolean_or("RW", true),
            .recursive = value.boolean_or("Recursive", true),
            .read_only_reach = value.boolean_or("ReadOnlyBelow", true) ? ReadOnlyReach::below_too
                                                                       : ReadOnlyReach::top,
            .propagation = value.string_or("Propagation", ""),
            .create_source = value.boolean_or("CreateSource", false),
            .copy_up = value.boolean_or("CopyUp", false),
            .anonymous = value.boolean_or("Anonymous", false),
            .subpath = value.string_or("Subpath", ""),
            .tmpfs_options = value.strings_or_none("TmpfsOptions")};
}

std::string file_in(const std::string& container_folder) {
    return container_folder + "/mounts.json";
}

auto depth_of(const Json& mount) {
    const auto& path = mount.at("destination").get_ref<const std::string&>();
    return path == "/" ? 0 : std::count(path.begin(), path.end(), '/');
}

/// Whether a mount of the user's leaves no place for one of the defaults.
bool takes_the_place_of(const MountPoint& mount, const std::string& destination) {
    return mount.destination == destination ||
           (mount.destination == "/dev" && destination.starts_with("/dev/"));
}

}  // namespace

void save_mounts(const std::string& container_folder, const std::vector<MountPoint>& mounts) {
    Json list = Json::array();
    for (const MountPoint& mount : mounts)
        list.push_back(to_json(mount));
    write_atomically(file_in(container_folder), list.dump(1) + "\n", Durability::power_loss);
}

std::vector<MountPoint> load_mounts(const std::string& container_folder) {
    std::vector<MountPoint> mounts;
    try {
        const Json list = read_json_file(file_in(container_folder));
        for (const JsonReader& mount : JsonReader{list}.elements())
            mounts.push_back(parse_mount(mount));
    } catch (const SystemError& error) {
        if (error.error() != ENOENT) throw;
    }
    return mounts;
}

Json describe_mounts(const std::vector<MountPoint>& mounts) {
    Json list = Json::array();
    for (const MountPoint& mount : mounts) {
        Json shown{{"Type", name_of(mount.type)}};
        if (mount.type == MountType::volume) {
            shown["Name"] = mount.name;
            shown["Driver"] = "local";
        }
        shown["Source"] = mount.source;
        shown["Destination"] = mount.destination;
        shown["Mode"] = mount.mode;
        shown["RW"] = mount.writable;
        shown["Propagation"] = mount.propagation;
        list.push_back(std::move(shown));
    }
    return list;
}

// [oci-options]
std::vector<std::string> oci_options(const MountPoint& mount) {
    if (mount.type == MountType::tmpfs) {
        std::vector<std::string> options{"noexec", "nosuid", "nodev"};
        options.insert(options.end(), mount.tmpfs_options.begin(), mount.tmpfs_options.end());
        if (!mount.writable) options.emplace_back("ro");
        return options;
    }
    std::vector<std::string> options{mount.recursive ? "rbind" : "bind",
                                     mount.propagation.empty() ? "rprivate" : mount.propagation};
    if (!mount.writable) {
        options.emplace_back("ro");
        if (mount.recursive && mount.read_only_reach == ReadOnlyReach::below_too)
            options.emplace_back("rro");
    }
    return options;
}
// [/oci-options]

void add_to_spec(Json& spec, const std::vector<MountPoint>& mounts,
                 const std::vector<std::string>& sources) {
    Json all = Json::array();
    for (Json& given : spec["mounts"]) {
        const std::string destination = given.at("destination");
        const bool replaced = std::any_of(mounts.begin(), mounts.end(), [&](const MountPoint& m) {
            return takes_the_place_of(m, destination);
        });
        if (!replaced) all.push_back(std::move(given));
    }
    for (std::size_t i = 0; i < mounts.size(); ++i) {
        const bool tmpfs = mounts[i].type == MountType::tmpfs;
        all.push_back({{"destination", mounts[i].destination},
                       {"type", tmpfs ? "tmpfs" : "bind"},
                       {"source", tmpfs ? "tmpfs" : sources.at(i)},
                       {"options", oci_options(mounts[i])}});
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Json& a, const Json& b) { return depth_of(a) < depth_of(b); });
    spec["mounts"] = std::move(all);
}

}  // namespace minidock::volumes
