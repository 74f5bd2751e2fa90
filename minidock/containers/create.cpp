// Creating a container: checking what is asked, and writing it down. Nothing is mounted or started
// here.
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fail_point.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/cgroups/hierarchy.hpp"
#include "minidock/containers/containers.hpp"
#include "minidock/containers/document.hpp"
#include "minidock/containers/image_defaults.hpp"
#include "minidock/containers/names.hpp"
#include "minidock/containers/namespace_modes.hpp"
#include "minidock/containers/network_files.hpp"
#include "minidock/containers/runtime_choice.hpp"

namespace minidock::containers {

namespace fs = std::filesystem;

namespace {

/// Fields that mean something only with a later chapter's extension.
struct LaterField {
    const char* name;
    const char* what;
};
constexpr LaterField later_fields[] = {
    {"Binds", "mounting host folders and volumes"},
    {"Mounts", "mounting host folders and volumes"},
    {"VolumesFrom", "mounting another container's volumes"},
    {"PortBindings", "publishing ports"},
    {"PublishAllPorts", "publishing ports"},
    {"Links", "links to other containers"},
    {"DeviceRequests", "device drivers"},
    {"UsernsMode", "a user namespace"},
    {"StorageOpt", "storage options"},
    {"BlkioWeightDevice", "a weight for one block device"},
    {"VolumeDriver", "volume drivers"},
    {"CpuRealtimePeriod", "realtime scheduling"},
    {"CpuRealtimeRuntime", "realtime scheduling"},
};

bool is_set(const Json& document, const char* field) {
    if (!document.contains(field)) return false;
    const Json& value = document[field];
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_string()) return !is_empty_text(value) && value != "host";
    if (value.is_number()) return value != 0;
    return !value.is_null() && !value.empty();
}

/// What this chapter has of networks; chapter 10 brings the rest.
void check_network(const HostConfig& host, std::vector<std::string>& warnings) {
    const std::string& mode = host.network_mode;
    if (mode == "none" || mode == "host" || mode.starts_with("container:")) return;
    if (mode == "default" || mode == "bridge") {
        warnings.emplace_back(
            "This edition has no bridge network yet: the container has a loopback interface only.");
        return;
    }
    // Not NotFound: a client that gets a 404 here believes that the image is missing.
    throw BadParameter("network " + mode + " not found");
}

void check_security(const HostConfig& host) {
    for (const std::string& option : host.security_opt) {
        const std::string name = option.substr(0, option.find_first_of(":="));
        const std::string value = option.substr(std::min(name.size() + 1, option.size()));
        const bool known = name == "no-new-privileges" || (name == "seccomp" && !value.empty()) ||
                           (name == "apparmor" && value == "unconfined") ||
                           (name == "label" && value == "disable");
        if (!known) throw Unsupported("security option " + option + " is not in this edition");
    }
}

std::string machine_name() {
    std::string name(HOST_NAME_MAX + 1, '\0');
    if (::gethostname(name.data(), name.size()) < 0) throw SystemError("ask for the host's name");
    name.resize(name.find('\0'));
    return name;
}

}  // namespace

Containers::Created Containers::create(const Json& body, const std::string& wanted_name) {
    const std::string checked_name = wanted_name.empty() ? "" : parse_name(wanted_name);
    std::vector<std::string> warnings;
    Definition definition = define(body, warnings);
    const std::string id = definition.id;
    // Kept until the container is among the image's users.
    const image::Store::Hold hold = images_.hold(definition.image);

    State state;
    if (checked_name.empty()) {
        state.name = registry_.reserve_random(id);
    } else {
        registry_.reserve(checked_name, id);
        state.name = checked_name;
    }
    fail_point("create.name-reserved");
    try {
        make_folder(definition, state);
        fail_point("create.folder-made");
        const auto container =
            std::make_shared<Container>(std::move(definition), state, folder_of(id));
        finish_folder(*container, warnings);
        registry_.add(container);
        fail_point("create.listed");
        announce(*container, "create");
    } catch (...) {
        registry_.release(state.name);
        std::error_code ignored;
        fs::remove_all(folder_of(id), ignored);
        throw;
    }
    log::info("container {} ({}) created", short_id(id), state.name);
    return {id, std::move(warnings)};
}

Definition Containers::define(const Json& body, std::vector<std::string>& warnings) const {
    const JsonReader request{body};
    Json config_document = complete_config(request);
    Json host_document = complete_host_config(request);
    resolve_namespace_modes(registry_, host_document);
    const std::string image_name = config_document["Image"];
    if (image_name.empty()) throw BadParameter("no image specified");

    const image::Image image = images_.get(image_name);
    take_image_defaults(config_document, image.config.config);

    const std::string id = random_id();
    HostConfig host = read_host_config(host_document);
    if (is_empty_text(config_document["Hostname"])) {
        const bool hosts_own = host.network_mode == "host" || host.uts_mode == "host";
        config_document["Hostname"] = hosts_own ? machine_name() : short_id(id);
    }
    if (host.cgroupns_mode.empty()) {
        host.cgroupns_mode =
            cgroups::Hierarchies::of_this_machine().layout() == cgroups::Layout::unified ? "private"
                                                                                         : "host";
        host_document["CgroupnsMode"] = host.cgroupns_mode;
    }
    Config config = read_config(config_document);
    warnings = validate(config, host, machine_);
    (void)runtime_path(host.runtime, places_.runtime);
    host_document["MemorySwap"] = host.memory_swap;

    Definition definition{.id = id,
                          .created = now(),
                          .image = image.id,
                          .chain_ids = image.chain_ids,
                          .layers = images_.layer_folders(image),
                          .config_document = std::move(config_document),
                          .host_config_document = std::move(host_document),
                          .config = std::move(config),
                          .host_config = std::move(host)};
    if (!somebody_serves("NetworkMode")) check_network(definition.host_config, warnings);
    check_security(definition.host_config);
    refuse_what_nobody_serves(definition);
    warn_of_what_is_missing(definition, warnings);
    for (LifeExtension* extension : extensions_)
        extension->check(body, definition, warnings);
    return definition;
}

bool Containers::somebody_serves(const char* field) const {
    return std::any_of(extensions_.begin(), extensions_.end(), [&](const LifeExtension* e) {
        const std::vector<std::string> names = e->serves();
        return std::find(names.begin(), names.end(), field) != names.end();
    });
}

void Containers::warn_of_what_is_missing(const Definition& definition,
                                         std::vector<std::string>& warnings) const {
    if (is_set(definition.config_document, "Volumes") && !somebody_serves("Volumes")) {
        warnings.emplace_back(
            "This edition has no volumes yet: what the image declares as volumes is kept with the "
            "container.");
    }
}

void Containers::refuse_what_nobody_serves(const Definition& definition) const {
    for (const LaterField& field : later_fields) {
        if (!is_set(definition.host_config_document, field.name)) continue;
        if (!somebody_serves(field.name)) {
            throw Unsupported(
                fmt::format("{} is not in this edition (HostConfig.{})", field.what, field.name));
        }
    }
}

/// config.json is written last: a folder without one is no container (restore.cpp).
void Containers::finish_folder(const Container& container, std::vector<std::string>& warnings) {
    std::size_t told = 0;
    try {
        for (; told < extensions_.size(); ++told)
            extensions_[told]->created(container, warnings);
        fail_point("create.extensions-told");
        const bool lasts = !container.definition().host_config.auto_remove;
        write_atomically(container.folder() + "/config.json",
                         to_json(container.definition()).dump(1) + "\n",
                         lasts ? Durability::power_loss : Durability::crash);
        fail_point("create.written-down");
    } catch (...) {
        while (told > 0)
            extensions_[--told]->removed(container, true);
        throw;
    }
}

void Containers::make_folder(const Definition& definition, const State& state) const {
    const std::string folder = folder_of(definition.id);
    for (const char* name : {"", "/bundle", "/bundle/rootfs", "/upper", "/work", "/etc"}) {
        if (::mkdir((folder + name).c_str(), 0755) < 0) throw SystemError("make " + folder + name);
    }
    // Others on the host shall not reach into it.
    if (::chmod(folder.c_str(), 0710) < 0) throw SystemError("set the mode of " + folder);
    write_network_files(folder + "/etc", definition.config, definition.host_config);
    write_atomically(folder + "/state.json", to_json(state).dump(1) + "\n", Durability::crash);
}

}  // namespace minidock::containers
