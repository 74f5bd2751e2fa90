// An element of HostConfig.Mounts: Mount of the Engine API.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/volumes/mount_request.hpp"

namespace minidock::volumes {
namespace {

[[noreturn]] void refuse(const std::string& type, const std::string& problem) {
    throw BadParameter(fmt::format("invalid mount config for type \"{}\": {}", type, problem));
}

/// The options of another type than the mount's own are a mistake.
void refuse_options_of_others(const JsonReader& mount, const std::string& type) {
    struct Options {
        const char* type;
        const char* field;
    };
    for (const Options& options :
         std::array{Options{"bind", "BindOptions"}, Options{"volume", "VolumeOptions"},
                    Options{"tmpfs", "TmpfsOptions"}}) {
        if (type != options.type && mount.find(options.field))
            refuse(type, fmt::format("field {} must not be specified", options.field));
    }
}

bool is_propagation(const std::string& word) {
    constexpr std::array words{"private", "rprivate", "shared", "rshared", "slave", "rslave"};
    return std::any_of(words.begin(), words.end(), [&](const char* w) { return word == w; });
}

/// Which mounts below a read-only one become so too. Docker's default is all, if the kernel can.
void read_read_only_reach(const JsonReader& options, MountPoint& mount) {
    const bool force = options.boolean_or("ReadOnlyForceRecursive", false);
    const bool top_only = options.boolean_or("ReadOnlyNonRecursive", false);
    if (force && top_only)
        refuse("bind", "ReadOnlyForceRecursive and ReadOnlyNonRecursive exclude each other");
    if (force && mount.writable) refuse("bind", "ReadOnlyForceRecursive needs ReadOnly");
    if (force && !mount.recursive)
        refuse("bind", "ReadOnlyForceRecursive and NonRecursive exclude each other");
    if (top_only) mount.read_only_reach = ReadOnlyReach::top;
}

void read_bind(const JsonReader& given, MountPoint& mount) {
    if (mount.source.empty()) refuse("bind", "field Source must not be empty");
    if (!mount.source.starts_with('/'))
        refuse("bind",
               fmt::format("invalid mount path: '{}' mount path must be absolute", mount.source));
    mount.propagation = "rprivate";
    if (const auto options = given.find("BindOptions")) {
        const std::string propagation = options->string_or("Propagation", "");
        if (!propagation.empty() && !is_propagation(propagation))
            refuse("bind", "invalid propagation mode: " + propagation);
        if (!propagation.empty()) mount.propagation = propagation;
        mount.recursive = !options->boolean_or("NonRecursive", false);
        mount.create_source = options->boolean_or("CreateMountpoint", false);
        read_read_only_reach(*options, mount);
    }
    struct stat there {};
    if (!mount.create_source && ::stat(mount.source.c_str(), &there) < 0)
        refuse("bind", "bind source path does not exist: " + mount.source);
}

/// Relative, and nowhere "..": the kernel refuses to leave the volume too, but later.
void check_subpath(const std::string& subpath) {
    const std::filesystem::path path{subpath};
    const bool up = std::any_of(path.begin(), path.end(), [](const auto& p) { return p == ".."; });
    if (path.is_absolute() || up || subpath.find('\0') != std::string::npos)
        refuse("volume", "subpath must be a relative path within the volume");
}

void read_volume(const JsonReader& given, MountRequest& request) {
    MountPoint& mount = request.mount;
    mount.name = std::exchange(mount.source, {});
    mount.anonymous = mount.name.empty();
    mount.mode = "z";
    mount.copy_up = true;
    if (!mount.anonymous) check_volume_name(mount.name);
    request.volume.name = mount.name;
    const auto options = given.find("VolumeOptions");
    if (!options) return;
    mount.copy_up = !options->boolean_or("NoCopy", false);
    mount.subpath = options->string_or("Subpath", "");
    check_subpath(mount.subpath);
    if (mount.anonymous && !mount.subpath.empty())
        refuse("volume", "must not set Subpath when using anonymous volumes");
    // What the image has at the destination is the whole volume's beginning, not a part's.
    if (!mount.subpath.empty()) mount.copy_up = false;
    const auto take_map = [](const std::optional<JsonReader>& from, StringMap& to) {
        if (!from) return;
        for (auto& [key, value] : from->string_map())
            to[key] = value;
    };
    take_map(options->find("Labels"), request.volume.labels);
    if (const auto driver = options->find("DriverConfig")) {
        request.volume.driver = driver->string_or("Name", "");
        take_map(driver->find("Options"), request.volume.options);
    }
}

/// An option as a list of its name and, if it has one, its value.
std::string read_tmpfs_option(const JsonReader& option) {
    const std::vector<std::string> words = option.strings();
    if (words.empty() || words.size() > 2) refuse("tmpfs", "an option is one word or two");
    for (const std::string& word : words) {
        if (word.find_first_of(",=") != std::string::npos)
            refuse("tmpfs", "invalid option: " + word);
    }
    return words.size() == 1 ? words[0] : words[0] + "=" + words[1];
}

void read_tmpfs(const JsonReader& given, MountPoint& mount) {
    if (!mount.source.empty()) refuse("tmpfs", "field Source must not be specified");
    const auto options = given.find("TmpfsOptions");
    if (!options) return;
    const std::int64_t size = options->integer_or("SizeBytes", 0);
    if (size < 0) refuse("tmpfs", "SizeBytes must not be negative");
    if (size > 0) mount.tmpfs_options.push_back(fmt::format("size={}", size));
    const std::int64_t mode = options->integer_or("Mode", 0);
    if (mode < 0 || mode > 07777) refuse("tmpfs", fmt::format("invalid mode: {:o}", mode));
    if (mode > 0) mount.tmpfs_options.push_back(fmt::format("mode={:o}", mode));
    if (const auto list = options->find("Options")) {
        for (const JsonReader& option : list->elements())
            mount.tmpfs_options.push_back(read_tmpfs_option(option));
    }
}

}  // namespace

MountRequest parse_mount(const JsonReader& given) {
    const std::string type = given.string_or("Type", "");
    MountRequest request;
    MountPoint& mount = request.mount;
    if (type == "npipe" || type == "cluster" || type == "image") {
        throw Unsupported(fmt::format("mounts of type {} are not in this edition", type));
    }
    if (type != "bind" && type != "volume" && type != "tmpfs")
        throw BadParameter(fmt::format("mount type unknown: \"{}\"", type));
    mount.destination = parse_destination(given.string_or("Target", ""), type);
    mount.source = given.string_or("Source", "");
    mount.writable = !given.boolean_or("ReadOnly", false);
    refuse_options_of_others(given, type);
    if (type == "bind") {
        mount.type = MountType::bind;
        read_bind(given, mount);
    } else if (type == "volume") {
        mount.type = MountType::volume;
        read_volume(given, request);
    } else {
        mount.type = MountType::tmpfs;
        read_tmpfs(given, mount);
    }
    return request;
}

}  // namespace minidock::volumes
