#include "minidock/runtime/spec.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "minidock/base/error.hpp"
#include "minidock/runtime/spec_resources.hpp"
#include "minidock/security/labels.hpp"

namespace minidock::runtime {
namespace {

/// "1.0.2-dev" and every other 1.x is understood (config.md, "Specification version").
std::string parse_version(const JsonReader& document) {
    const JsonReader version = document.at("ociVersion");
    if (!version.string().starts_with("1.")) {
        version.reject("want version 1.x, not \"" + version.string() + "\"");
    }
    return version.string();
}

std::string absolute(const std::string& path, const std::string& base) {
    return path.starts_with('/') ? path : base + "/" + path;
}

Root parse_root(const JsonReader& root, const std::string& bundle) {
    const JsonReader path = root.at("path");
    if (path.string().empty()) path.reject("must not be empty");
    Root parsed{.path = absolute(path.string(), bundle),
                .read_only = root.boolean_or("readonly", false)};
    struct stat info {};
    if (::stat(parsed.path.c_str(), &info) < 0 || !S_ISDIR(info.st_mode)) {
        path.reject("there is no folder " + parsed.path);
    }
    return parsed;
}

rootfs::Mount parse_mount(const JsonReader& mount, const std::string& bundle) {
    rootfs::Mount parsed{.destination = {mount.at("destination").string()},
                         .type = mount.string_or("type", ""),
                         .source = mount.string_or("source", ""),
                         .options = mount.strings_or_none("options")};
    if (parsed.destination.text.empty()) mount.at("destination").reject("must not be empty");
    const bool is_bind =
        parsed.type == "bind" || std::ranges::any_of(parsed.options, [](const std::string& word) {
            return word == "bind" || word == "rbind";
        });
    if (!is_bind && parsed.type.empty()) mount.reject("want a type, or the option bind");
    if (is_bind) {
        if (parsed.source.empty()) mount.reject("a bind mount wants a source");
        parsed.source = absolute(parsed.source, bundle);
    }
    return parsed;
}

std::vector<namespaces::IdRange> parse_id_mappings(const JsonReader& list) {
    std::vector<namespaces::IdRange> parsed;
    for (const JsonReader& range : list.elements()) {
        const JsonReader size = range.at("size");
        if (size.natural32() == 0) size.reject("must not be 0");
        parsed.push_back({.inside = range.at("containerID").natural32(),
                          .outside = range.at("hostID").natural32(),
                          .size = size.natural32()});
    }
    return parsed;
}

/// The id maps of a mount: its own, or with the option alone those of the container.
namespaces::IdMaps parse_mount_maps(const JsonReader& mount, const Linux& linux) {
    const auto users = mount.find("uidMappings");
    const auto groups = mount.find("gidMappings");
    if (users.has_value() != groups.has_value()) {
        mount.reject("uidMappings and gidMappings go together");
    }
    if (users) return {.users = parse_id_mappings(*users), .groups = parse_id_mappings(*groups)};
    const auto options = mount.strings_or_none("options");
    const bool asked = std::ranges::any_of(
        options, [](const std::string& word) { return word == "idmap" || word == "ridmap"; });
    if (!asked) return {};
    if (linux.uid_mappings.empty()) {
        mount.reject("the option idmap needs id mappings, the mount's or the container's");
    }
    return {.users = linux.uid_mappings, .groups = linux.gid_mappings};
}

std::vector<Namespace> parse_namespaces(const JsonReader& list) {
    std::vector<Namespace> parsed;
    for (const JsonReader& entry : list.elements()) {
        const JsonReader type = entry.at("type");
        const auto kind = namespaces::kind_by_oci_name(type.string());
        if (!kind) type.reject("unknown namespace \"" + type.string() + "\"");
        const auto same = [&](const Namespace& other) { return other.kind == *kind; };
        if (std::ranges::any_of(parsed, same)) type.reject("is given twice");
        const std::string path = entry.string_or("path", "");
        if (!path.empty() && !path.starts_with('/')) {
            entry.at("path").reject("want an absolute path");
        }
        parsed.push_back({*kind, path});
    }
    return parsed;
}

rootfs::Device parse_device(const JsonReader& device) {
    const JsonReader path = device.at("path");
    if (!path.string().starts_with('/')) path.reject("want an absolute path");
    const JsonReader type = device.at("type");
    if (type.string().size() != 1 || std::string{"cbup"}.find(type.string()) == std::string::npos) {
        type.reject("want c, b, u or p");
    }
    rootfs::Device parsed{.path = {path.string()}, .type = type.string()[0]};
    if (parsed.type != 'p') {
        parsed.major = device.at("major").natural32();
        parsed.minor = device.at("minor").natural32();
    }
    if (const auto mode = device.find("fileMode")) parsed.file_mode = mode->natural32();
    if (const auto uid = device.find("uid")) parsed.uid = uid->natural32();
    if (const auto gid = device.find("gid")) parsed.gid = gid->natural32();
    return parsed;
}

std::vector<rootfs::PathInRoot> parse_paths(const JsonReader& document, const std::string& key) {
    std::vector<rootfs::PathInRoot> paths;
    for (const std::string& path : document.strings_or_none(key))
        paths.push_back({path});
    return paths;
}

std::vector<TimeOffset> parse_time_offsets(const JsonReader& offsets) {
    std::vector<TimeOffset> parsed;
    for (const auto& [clock, offset] : offsets.members()) {
        if (clock != "monotonic" && clock != "boottime") {
            offset.reject("only the clocks monotonic and boottime can be set");
        }
        const std::int64_t nanoseconds = offset.integer_or("nanosecs", 0);
        if (nanoseconds < 0 || nanoseconds > 999'999'999) {
            offset.at("nanosecs").reject("want 0 to 999999999");
        }
        parsed.push_back({clock, offset.integer_or("secs", 0), nanoseconds});
    }
    return parsed;
}

Linux parse_linux(const JsonReader& document) {
    Linux parsed;
    if (const auto list = document.find("namespaces")) parsed.namespaces = parse_namespaces(*list);
    if (const auto list = document.find("uidMappings")) {
        parsed.uid_mappings = parse_id_mappings(*list);
    }
    if (const auto list = document.find("gidMappings")) {
        parsed.gid_mappings = parse_id_mappings(*list);
    }
    if (const auto list = document.find("devices")) {
        for (const JsonReader& device : list->elements())
            parsed.devices.push_back(parse_device(device));
    }
    parsed.cgroups_path = document.string_or("cgroupsPath", "");
    if (const auto resources = document.find("resources")) {
        parsed.resources = parse_resources(*resources);
    }
    parsed.rootfs_propagation = document.string_or("rootfsPropagation", "");
    if (const auto sysctl = document.find("sysctl")) parsed.sysctl = sysctl->string_map();
    parsed.masked_paths = parse_paths(document, "maskedPaths");
    parsed.readonly_paths = parse_paths(document, "readonlyPaths");
    if (const auto seccomp = document.find("seccomp")) {
        parsed.seccomp = security::parse_seccomp(*seccomp);
    }
    parsed.personality = parse_personality(document);
    if (const auto offsets = document.find("timeOffsets")) {
        parsed.time_offsets = parse_time_offsets(*offsets);
    }
    parsed.mount_label = document.string_or("mountLabel", "");
    return parsed;
}

/// A container must never be weaker than its owner believes: what cannot be done is refused.
void refuse_what_cannot_be_done(const JsonReader& linux) {
    if (const auto rdt = linux.find("intelRdt"); rdt && !rdt->json().empty()) {
        throw Unsupported(rdt->path() +
                          ": minirun does not divide processor caches (resctrl is not supported)");
    }
    const std::string label = linux.string_or("mountLabel", "");
    if (!label.empty() && !security::has_selinux()) {
        throw Unsupported("linux.mountLabel: this machine has no SELinux");
    }
}

/// Rules that hold between members (config-linux.md).
void check_together(const Spec& spec) {
    const auto has = [&](namespaces::Kind kind) { return spec.linux.find(kind) != nullptr; };
    if (!has(namespaces::Kind::mount)) {
        throw BadParameter("linux.namespaces: a container needs a mount namespace");
    }
    if (!spec.hostname.empty() && !has(namespaces::Kind::uts)) {
        throw BadParameter("hostname: needs a uts namespace");
    }
    if (!spec.domainname.empty() && !has(namespaces::Kind::uts)) {
        throw BadParameter("domainname: needs a uts namespace");
    }
    const Namespace* user = spec.linux.find(namespaces::Kind::user);
    if (user != nullptr && user->path.empty() &&
        (spec.linux.uid_mappings.empty() || spec.linux.gid_mappings.empty())) {
        throw BadParameter("linux.uidMappings: a new user namespace needs id mappings");
    }
    if (user == nullptr && !spec.linux.uid_mappings.empty()) {
        throw BadParameter("linux.uidMappings: id mappings need a user namespace");
    }
    if (!spec.linux.time_offsets.empty() &&
        !spec.linux.new_namespaces().contains(namespaces::Kind::time)) {
        throw BadParameter("linux.timeOffsets: needs a new time namespace");
    }
}

}  // namespace

const Namespace* Linux::find(namespaces::Kind kind) const {
    const auto found = std::ranges::find(namespaces, kind, &Namespace::kind);
    return found == namespaces.end() ? nullptr : &*found;
}

namespaces::KindSet Linux::new_namespaces() const {
    namespaces::KindSet kinds;
    for (const Namespace& entry : namespaces) {
        if (entry.path.empty()) kinds.insert(entry.kind);
    }
    return kinds;
}

Spec parse_spec(const Json& json, const std::string& bundle) {
    const JsonReader document{json};
    Spec spec;
    spec.oci_version = parse_version(document);
    refuse_what_cannot_be_done(document.at("linux"));
    spec.process = parse_process(document.at("process"));
    spec.root = parse_root(document.at("root"), bundle);
    spec.hostname = document.string_or("hostname", "");
    spec.domainname = document.string_or("domainname", "");
    if (const auto hooks = document.find("hooks")) spec.hooks = parse_hooks(*hooks);
    if (const auto annotations = document.find("annotations")) {
        for (const auto& [key, value] : annotations->string_map())
            spec.annotations[key] = value;
    }
    spec.linux = parse_linux(document.at("linux"));
    if (const auto mounts = document.find("mounts")) {
        for (const JsonReader& mount : mounts->elements()) {
            spec.mounts.push_back(parse_mount(mount, bundle));
            spec.mount_id_maps.push_back(parse_mount_maps(mount, spec.linux));
        }
    }
    check_together(spec);
    return spec;
}

}  // namespace minidock::runtime
