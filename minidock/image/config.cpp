#include "minidock/image/config.hpp"

#include "minidock/base/error.hpp"
#include "minidock/base/json.hpp"

namespace minidock::image {
namespace {

std::optional<std::vector<std::string>> read_command(const JsonReader& json,
                                                     const std::string& key) {
    const auto value = json.find(key);
    return value ? std::optional{value->strings()} : std::nullopt;
}

/// Sets are objects with empty objects as values: {"80/tcp":{}}.
std::vector<std::string> read_set(const JsonReader& json, const std::string& key) {
    std::vector<std::string> names;
    const auto value = json.find(key);
    if (!value) return names;
    for (const auto& [name, ignored] : value->members())
        names.push_back(name);
    return names;
}

std::optional<Timestamp> read_time(const JsonReader& json) {
    return from_rfc3339(json.string_or("created", ""));
}

RunConfig read_run_config(const JsonReader& json) {
    RunConfig config{.user = json.string_or("User", ""),
                     .exposed_ports = read_set(json, "ExposedPorts"),
                     .env = json.strings_or_none("Env"),
                     .entrypoint = read_command(json, "Entrypoint"),
                     .cmd = read_command(json, "Cmd"),
                     .volumes = read_set(json, "Volumes"),
                     .working_dir = json.string_or("WorkingDir", ""),
                     .labels = {},
                     .stop_signal = json.string_or("StopSignal", ""),
                     .on_build = json.strings_or_none("OnBuild"),
                     .shell = json.strings_or_none("Shell")};
    if (const auto labels = json.find("Labels")) {
        for (auto& [key, value] : labels->string_map())
            config.labels[key] = value;
    }
    return config;
}

HistoryEntry read_history(const JsonReader& json) {
    return {.created = read_time(json),
            .created_by = json.string_or("created_by", ""),
            .author = json.string_or("author", ""),
            .comment = json.string_or("comment", ""),
            .empty_layer = json.boolean_or("empty_layer", false)};
}

ImageConfig read_config(const JsonReader& json) {
    ImageConfig config{.created = read_time(json),
                       .author = json.string_or("author", ""),
                       .platform = {.os = json.string_or("os", "linux"),
                                    .architecture = json.string_or("architecture", ""),
                                    .variant = json.string_or("variant", "")},
                       .config = {},
                       .diff_ids = {},
                       .history = {}};
    if (const auto run = json.find("config")) config.config = read_run_config(*run);
    for (const JsonReader& element : json.at("rootfs").at("diff_ids").elements()) {
        const auto digest = Digest::try_parse(element.string());
        if (!digest) element.reject("not a sha256 digest");
        config.diff_ids.push_back(*digest);
    }
    if (const auto history = json.find("history")) {
        for (const JsonReader& element : history->elements()) {
            config.history.push_back(read_history(element));
        }
    }
    return config;
}

Json write_set(const std::vector<std::string>& names) {
    Json set = Json::object();
    for (const std::string& name : names)
        set[name] = Json::object();
    return set;
}

template <class Value>
void set_unless_empty(Json& json, const char* key, const Value& value) {
    if (!value.empty()) json[key] = value;
}

Json write_run_config(const RunConfig& config) {
    Json json = Json::object();
    set_unless_empty(json, "User", config.user);
    set_unless_empty(json, "Env", config.env);
    set_unless_empty(json, "WorkingDir", config.working_dir);
    set_unless_empty(json, "Labels", config.labels);
    set_unless_empty(json, "StopSignal", config.stop_signal);
    set_unless_empty(json, "OnBuild", config.on_build);
    set_unless_empty(json, "Shell", config.shell);
    if (config.entrypoint) json["Entrypoint"] = *config.entrypoint;
    if (config.cmd) json["Cmd"] = *config.cmd;
    if (!config.exposed_ports.empty()) json["ExposedPorts"] = write_set(config.exposed_ports);
    if (!config.volumes.empty()) json["Volumes"] = write_set(config.volumes);
    return json;
}

Json write_history(const HistoryEntry& entry) {
    Json json = Json::object();
    if (entry.created) json["created"] = to_rfc3339(*entry.created);
    set_unless_empty(json, "created_by", entry.created_by);
    set_unless_empty(json, "author", entry.author);
    set_unless_empty(json, "comment", entry.comment);
    if (entry.empty_layer) json["empty_layer"] = true;
    return json;
}

}  // namespace

std::vector<Digest> ImageConfig::chain_ids() const {
    std::vector<Digest> chain;
    for (const Digest& diff_id : diff_ids) {
        chain.push_back(chain.empty() ? chain_id(std::nullopt, diff_id)
                                      : chain_id(chain.back(), diff_id));
    }
    return chain;
}

ImageConfig parse_config(std::string_view text, const std::string& what) {
    const Json json = parse_json(text, what);
    try {
        return read_config(JsonReader{json});
    } catch (const BadParameter& error) {
        throw BadParameter(what + ": " + error.what());
    }
}

std::string to_json(const ImageConfig& config) {
    Json json = {{"architecture", config.platform.architecture},
                 {"os", config.platform.os},
                 {"config", write_run_config(config.config)},
                 {"rootfs", {{"type", "layers"}, {"diff_ids", Json::array()}}},
                 {"history", Json::array()}};
    if (config.created) json["created"] = to_rfc3339(*config.created);
    set_unless_empty(json, "author", config.author);
    set_unless_empty(json, "variant", config.platform.variant);
    for (const Digest& id : config.diff_ids)
        json["rootfs"]["diff_ids"].push_back(id.str());
    for (const HistoryEntry& entry : config.history) {
        json["history"].push_back(write_history(entry));
    }
    return json.dump();
}

}  // namespace minidock::image
