// "SOURCE:DESTINATION:MODE".
#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "minidock/base/error.hpp"
#include "minidock/volumes/mount_request.hpp"

namespace minidock::volumes {
namespace {

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (std::size_t colon = 0; (colon = text.find(':', start)) != std::string::npos;
         start = colon + 1)
        parts.push_back(text.substr(start, colon - start));
    parts.push_back(text.substr(start));
    return parts;
}

[[noreturn]] void refuse(const std::string& text) {
    throw BadParameter(fmt::format("invalid volume specification: '{}'", text));
}

std::string shortest(const std::string& path) {
    std::string text = std::filesystem::path{path}.lexically_normal();
    if (text.size() > 1 && text.ends_with('/')) text.pop_back();
    return text;
}

}  // namespace

std::string parse_destination(const std::string& path, const std::string& type) {
    if (path.empty()) {
        throw BadParameter(fmt::format(
            "invalid mount config for type \"{}\": field Target must not be empty", type));
    }
    if (!path.starts_with('/')) {
        throw BadParameter(
            fmt::format("invalid mount config for type \"{}\": invalid mount path: "
                        "'{}' mount path must be absolute",
                        type, path));
    }
    if (path.find('\0') != std::string::npos) throw BadParameter("a mount path has no NUL byte");
    std::string clean = shortest(path);
    if (clean == "/") {
        throw BadParameter("invalid specification: destination can't be '/'");
    }
    return clean;
}

MountRequest anonymous_volume(const std::string& destination) {
    return {.mount = {.type = MountType::volume,
                      .destination = parse_destination(destination, "volume"),
                      .copy_up = true,
                      .anonymous = true}};
}

// [parse-bind]
MountRequest parse_bind(const std::string& text, const std::string& volume_driver) {
    const std::vector<std::string> parts = split(text);
    if (parts.size() == 1) return anonymous_volume(text);
    if (parts.size() > 3 || parts[0].empty() || parts[1].empty()) refuse(text);
    // "/x:ro" would be a volume without a name that can only be read.
    if (parts.size() == 2 && !parts[1].starts_with('/')) refuse(text);

    MountRequest request;
    request.volume.driver = volume_driver;
    // lab 09.1: fill in request.mount, and for a volume request.volume.name. A source with a slash
    // in front is a path of the host's, in its shortest form, and made if it is missing; any other
    // is a volume's name, to be checked, and an empty volume is filled from the image.
    MountPoint& mount = request.mount;
    const bool is_path = parts[0].starts_with('/');
    mount.type = is_path ? MountType::bind : MountType::volume;
    mount.destination = parse_destination(parts[1], is_path ? "bind" : "volume");
    mount.copy_up = !is_path;
    mount.create_source = is_path;
    if (is_path) {
        mount.source = shortest(parts[0]);
    } else {
        check_volume_name(parts[0]);
        mount.name = request.volume.name = parts[0];
        mount.mode = "z";  // as Docker shows it; a mode that is given says otherwise
    }
    if (parts.size() == 3) apply_mode(mount, parts[2]);
    if (is_path && mount.propagation.empty()) mount.propagation = "rprivate";
    return request;
    // end lab
}
// [/parse-bind]

}  // namespace minidock::volumes
