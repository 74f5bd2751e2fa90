#include "minidock/containers/image_defaults.hpp"

#include <algorithm>

#include "minidock/base/error.hpp"

namespace minidock::containers {
namespace {

std::string_view variable_name(std::string_view assignment) {
    return assignment.substr(0, assignment.find('='));
}

bool sets(const Json& env, std::string_view name) {
    return std::any_of(env.begin(), env.end(), [&](const Json& assignment) {
        return variable_name(assignment.get_ref<const std::string&>()) == name;
    });
}

void merge_env(Json& env, const std::vector<std::string>& of_image) {
    for (const std::string& assignment : of_image) {
        if (!sets(env, variable_name(assignment))) env.push_back(assignment);
    }
}

void merge_labels(Json& labels, const std::map<std::string, std::string>& of_image) {
    for (const auto& [name, value] : of_image) {
        if (!labels.contains(name)) labels[name] = value;
    }
}

/// Sets of names, which the API writes as objects with empty values.
void merge_names(Json& config, const char* field, const std::vector<std::string>& of_image) {
    if (of_image.empty()) return;
    if (!config[field].is_object()) config[field] = Json::object();
    for (const std::string& name : of_image) {
        if (!config[field].contains(name)) config[field][name] = Json::object();
    }
}

bool is_empty_list(const Json& list) {
    return list.is_null() || list.empty();
}

/// `--entrypoint ""` comes as a list of one empty string.
bool clears(const Json& list) {
    return list.size() == 1 && is_empty_text(list[0]);
}

void choose_command(Json& config, const image::RunConfig& image) {
    Json& entrypoint = config["Entrypoint"];
    Json& cmd = config["Cmd"];
    if (is_empty_list(entrypoint)) {
        if (is_empty_list(cmd) && image.cmd) cmd = *image.cmd;
        if (entrypoint.is_null() && image.entrypoint) entrypoint = *image.entrypoint;
    } else if (clears(entrypoint)) {
        entrypoint = nullptr;
    }
    if (is_empty_list(entrypoint) && is_empty_list(cmd)) throw BadParameter("no command specified");
}

}  // namespace

void take_image_defaults(Json& config, const image::RunConfig& image) {
    if (is_empty_text(config["User"])) config["User"] = image.user;
    if (is_empty_text(config["WorkingDir"])) config["WorkingDir"] = image.working_dir;
    if (!config.contains("StopSignal") && !image.stop_signal.empty()) {
        config["StopSignal"] = image.stop_signal;
    }
    merge_env(config["Env"], image.env);
    merge_labels(config["Labels"], image.labels);
    merge_names(config, "ExposedPorts", image.exposed_ports);
    merge_names(config, "Volumes", image.volumes);
    choose_command(config, image);
}

}  // namespace minidock::containers
