// --mount: fields in Docker's CSV, and which of them make which part of the API's Mount.
#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "minidock/base/error.hpp"
#include "minidock/client/values.hpp"
#include "minidock/volumes/client/mount_options.hpp"

namespace minidock::volumes {
namespace {

std::vector<std::string> split_csv(const std::string& text) {
    std::vector<std::string> fields{""};
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') {
            fields.back() += '"';
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    if (quoted) throw BadParameter("a quote is not closed: " + text);
    return fields;
}

bool parse_flag(const std::string& key, const std::optional<std::string>& value) {
    if (!value || *value == "true" || *value == "1") return true;
    if (*value == "false" || *value == "0") return false;
    throw BadParameter(fmt::format("invalid value for {}: {}", key, *value));
}

std::int64_t parse_octal(const std::string& text) {
    std::int64_t mode = 0;
    for (const char c : text) {
        if (c < '0' || c > '7' || mode > 07777)
            throw BadParameter("invalid value for tmpfs-mode: " + text);
        mode = mode * 8 + (c - '0');
    }
    return mode;
}

/// One field that has a value. @return false when there is no such field
bool set_field(Json& mount, const std::string& key, const std::string& value) {
    if (key == "type") {
        mount["Type"] = value;
    } else if (key == "source" || key == "src") {
        mount["Source"] = value;
    } else if (key == "target" || key == "dst" || key == "destination") {
        mount["Target"] = value;
    } else if (key == "consistency") {
        mount["Consistency"] = value;
    } else if (key == "bind-propagation") {
        mount["BindOptions"]["Propagation"] = value;
    } else if (key == "volume-driver") {
        mount["VolumeOptions"]["DriverConfig"]["Name"] = value;
    } else if (key == "volume-subpath") {
        mount["VolumeOptions"]["Subpath"] = value;
    } else if (key == "volume-label" || key == "volume-opt") {
        const auto [name, text] = client::parse_label(value);
        Json& options = mount["VolumeOptions"];
        (key == "volume-label" ? options["Labels"] : options["DriverConfig"]["Options"])[name] =
            text;
    } else if (key == "tmpfs-size") {
        mount["TmpfsOptions"]["SizeBytes"] = client::parse_size(value);
    } else if (key == "tmpfs-mode") {
        mount["TmpfsOptions"]["Mode"] = parse_octal(value);
    } else {
        return false;
    }
    return true;
}

/// What happens to the mounts below a bind mount's source.
void set_bind_recursive(Json& mount, const std::string& value) {
    Json& options = mount["BindOptions"];
    if (value == "enabled") {
        options["NonRecursive"] = false;
    } else if (value == "disabled") {
        options["NonRecursive"] = true;
    } else if (value == "writable") {
        options["ReadOnlyNonRecursive"] = true;
    } else if (value == "readonly") {
        options["ReadOnlyForceRecursive"] = true;
    } else {
        throw BadParameter("invalid value for bind-recursive: " + value +
                           ": want enabled, disabled, writable or readonly");
    }
}

/// One field that may stand without a value.
bool set_flag(Json& mount, const std::string& key, const std::optional<std::string>& value) {
    if (key == "readonly" || key == "ro") {
        mount["ReadOnly"] = parse_flag(key, value);
    } else if (key == "volume-nocopy") {
        mount["VolumeOptions"]["NoCopy"] = parse_flag(key, value);
    } else if (key == "bind-nonrecursive") {
        mount["BindOptions"]["NonRecursive"] = parse_flag(key, value);
    } else if (key == "bind-create-src") {
        mount["BindOptions"]["CreateMountpoint"] = parse_flag(key, value);
    } else {
        return false;
    }
    return true;
}

}  // namespace

Json parse_mount_option(const std::string& text) {
    Json mount{{"Type", "volume"}};
    for (const std::string& field : split_csv(text)) {
        const std::size_t equals = field.find('=');
        const std::string key = field.substr(0, equals);
        const auto value =
            equals == std::string::npos ? std::nullopt : std::optional{field.substr(equals + 1)};
        if (set_flag(mount, key, value)) continue;
        if (!value) {
            throw BadParameter(fmt::format("invalid field '{}' must be a key=value pair", field));
        }
        if (key == "bind-recursive") {
            set_bind_recursive(mount, *value);
        } else if (!set_field(mount, key, *value)) {
            throw BadParameter(fmt::format("unexpected key '{}' in '{}'", key, field));
        }
    }
    if (!mount.contains("Target")) throw BadParameter("target is required: --mount " + text);
    const std::string source = mount.value("Source", "");
    if (mount["Type"] == "bind" && source.starts_with('.'))
        mount["Source"] = std::filesystem::absolute(source).lexically_normal().string();
    return mount;
}

}  // namespace minidock::volumes
