// A bundle's config.json as C++ values, name by name.
// See the OCI runtime specification, config.md and config-linux.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "minidock/base/json.hpp"
#include "minidock/cgroups/resources.hpp"
#include "minidock/namespaces/id_map.hpp"
#include "minidock/namespaces/kind.hpp"
#include "minidock/rootfs/devices.hpp"
#include "minidock/rootfs/mounts.hpp"
#include "minidock/runtime/hooks.hpp"
#include "minidock/security/identity.hpp"
#include "minidock/security/labels.hpp"
#include "minidock/security/rlimits.hpp"
#include "minidock/security/scheduling.hpp"
#include "minidock/security/seccomp.hpp"

namespace minidock::runtime {

struct Root {
    std::string path;  ///< of the root file system, absolute
    bool read_only = false;
};

/// The size of a terminal, in characters.
struct ConsoleSize {
    std::uint16_t height = 0;
    std::uint16_t width = 0;
};

struct Process {
    bool terminal = false;
    std::optional<ConsoleSize> console_size;
    std::string cwd;
    std::vector<std::string> env;
    std::vector<std::string> args;
    security::User user;
    std::optional<security::Capabilities> capabilities;
    std::vector<security::Rlimit> rlimits;
    bool no_new_privileges = false;
    std::optional<int> oom_score_adj;
    security::Scheduling scheduling;
    security::Labels labels;
};

/// A namespace of the container's: a new one, or one that exists.
struct Namespace {
    namespaces::Kind kind{};
    std::string path;  ///< of an existing namespace's file; empty: a new one
};

/// How far a clock of a new time namespace is from the host's (time_namespaces(7)).
struct TimeOffset {
    std::string clock;  ///< "monotonic" or "boottime"
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
};

struct Linux {
    std::vector<Namespace> namespaces;
    std::vector<namespaces::IdRange> uid_mappings;
    std::vector<namespaces::IdRange> gid_mappings;
    std::vector<rootfs::Device> devices;
    std::string cgroups_path;
    cgroups::Resources resources;
    std::string rootfs_propagation;
    std::vector<std::pair<std::string, std::string>> sysctl;
    std::vector<rootfs::PathInRoot> masked_paths;
    std::vector<rootfs::PathInRoot> readonly_paths;
    std::optional<security::SeccompFilter> seccomp;
    std::optional<unsigned long> personality;  ///< as personality(2) takes it
    std::vector<TimeOffset> time_offsets;
    std::string mount_label;  ///< SELinux's, of the file systems that are made

    /// The namespace of a kind, if config.json lists it.
    [[nodiscard]] const Namespace* find(namespaces::Kind kind) const;
    /// The kinds that are made anew.
    [[nodiscard]] namespaces::KindSet new_namespaces() const;
};

struct Spec {
    std::string oci_version;
    Root root;
    Process process;
    std::string hostname;
    std::string domainname;
    std::vector<rootfs::Mount> mounts;
    std::vector<namespaces::IdMaps> mount_id_maps;  ///< one for each mount; empty: none
    Hooks hooks;
    std::map<std::string, std::string> annotations;
    Linux linux;
};

/// Reads and checks `process` alone: of a config.json, or the whole of a process.json for exec.
Process parse_process(const JsonReader& process);

/// Reads `linux.personality`, as personality(2) takes it.
std::optional<unsigned long> parse_personality(const JsonReader& linux);

/// Reads and checks a config.json. Relative paths in it are made absolute.
/// @param bundle the folder that it lies in
/// @throws BadParameter with the place of the fault: "process.args: must not be empty"
Spec parse_spec(const Json& document, const std::string& bundle);

}  // namespace minidock::runtime
