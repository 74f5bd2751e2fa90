// Which device files a group may make, read and write: rules in the notation of cgroup v1's
// devices.allow ("c 1:3 rwm"), and what a list of them comes to. See the kernel's
// cgroup-v1/devices.rst and OCI's config-linux, "Allowed Device list".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace minidock::cgroups {

/// What may be done with a device file, as bits.
struct DeviceAccess {
    bool read = false;
    bool write = false;
    bool mknod = false;
    bool operator==(const DeviceAccess&) const = default;
    [[nodiscard]] bool none() const { return !read && !write && !mknod; }
    [[nodiscard]] std::string text() const;  ///< "rwm"
};

/// One rule. Where a number is not given, any will do.
struct DeviceRule {
    bool allow = false;
    char type = 'a';  ///< 'c' character, 'b' block, 'a' all
    std::optional<std::int64_t> major;
    std::optional<std::int64_t> minor;
    DeviceAccess access{true, true, true};
    bool operator==(const DeviceRule&) const = default;

    /// True for "a", or "a *:* rwm": it settles everything that came before.
    [[nodiscard]] bool covers_everything() const;
    /// "c 1:3 rwm", "b *:* m", "a".
    [[nodiscard]] std::string text() const;
};

/// Reads "c 1:3 rwm", "b 8:* r" or "a".
/// @throws BadParameter naming the text
DeviceRule parse_device_rule(const std::string& text, bool allow);

/// What a list of rules comes to: an answer for all devices, and the exceptions from it.
struct DeviceList {
    bool allow_by_default = false;
    std::vector<DeviceRule> exceptions;  ///< of type 'c' or 'b'; their `allow` is the other answer
};

/// Applies the rules in order, as the kernel does on v1: "a" starts afresh, and the others add to
/// the exceptions or take from them. Before the first rule nothing is allowed, as runc has it.
DeviceList evaluate(const std::vector<DeviceRule>& rules);

/// What every container may use: making any node, and the devices of OCI's config-linux, "Default
/// Devices" (null, zero, full, random, urandom, tty, the pseudo-terminals).
std::vector<DeviceRule> default_device_rules();

}  // namespace minidock::cgroups
