#include "minidock/api/image_description.hpp"

#include <fmt/format.h>

#include "minidock/base/json.hpp"
#include "minidock/base/timestamp.hpp"

namespace minidock::api {
namespace {

std::int64_t seconds(const std::optional<Timestamp>& time) {
    if (!time) return 0;
    return std::chrono::floor<std::chrono::seconds>(time->time_since_epoch()).count();
}

std::string time_text(const std::optional<Timestamp>& time) {
    return time ? to_rfc3339(*time) : std::string{never};
}

/// The fields of a run configuration that Docker shows also where the image says nothing.
Json empty_run_config() {
    return {{"Hostname", ""},       {"Domainname", ""},      {"User", ""},
            {"AttachStdin", false}, {"AttachStdout", false}, {"AttachStderr", false},
            {"Tty", false},         {"OpenStdin", false},    {"StdinOnce", false},
            {"Env", nullptr},       {"Cmd", nullptr},        {"Image", ""},
            {"Volumes", nullptr},   {"WorkingDir", ""},      {"Entrypoint", nullptr},
            {"OnBuild", nullptr},   {"Labels", nullptr}};
}

Json run_config(const Json& config) {
    Json fields = empty_run_config();
    const auto own = config.find("config");
    if (own != config.end() && own->is_object()) fields.update(*own);
    return fields;
}

Json graph_driver(const std::vector<std::string>& layer_folders) {
    Json data = Json::object();
    if (!layer_folders.empty()) {
        data["UpperDir"] = layer_folders.back();
        const std::vector<std::string> lower{layer_folders.rbegin() + 1, layer_folders.rend()};
        if (!lower.empty()) data["LowerDir"] = fmt::format("{}", fmt::join(lower, ":"));
    }
    return {{"Name", "overlay2"}, {"Data", data}};
}

Json strings(const std::vector<image::Digest>& digests) {
    Json list = Json::array();
    for (const image::Digest& digest : digests)
        list.push_back(digest.str());
    return list;
}

}  // namespace

Json describe_summary(const image::Image& image) {
    return {{"Id", image.id.str()},
            {"ParentId", ""},
            {"RepoTags", image.repo_tags()},
            {"RepoDigests", image.repo_digests()},
            {"Created", seconds(image.config.created)},
            {"Size", image.size()},
            {"SharedSize", -1},
            {"Labels", image.config.config.labels},
            {"Containers", -1}};
}

Json describe_image(const image::Image& image, std::string_view config_text,
                    const std::vector<std::string>& layer_folders) {
    const Json config = parse_json(config_text, "image config " + image.id.str());
    const JsonReader reader{config};
    Json document{
        {"Id", image.id.str()},
        {"RepoTags", image.repo_tags()},
        {"RepoDigests", image.repo_digests()},
        {"Parent", ""},
        {"Comment", image.config.history.empty() ? "" : image.config.history.back().comment},
        {"Created", time_text(image.config.created)},
        {"DockerVersion", reader.string_or("docker_version", "")},
        {"Author", image.config.author},
        {"Config", run_config(config)},
        {"Architecture", image.config.platform.architecture},
        {"Os", image.config.platform.os},
        {"Size", image.size()},
        {"GraphDriver", graph_driver(layer_folders)},
        {"RootFS", {{"Type", "layers"}, {"Layers", strings(image.config.diff_ids)}}},
        {"Metadata", {{"LastTagTime", time_text(image.last_tagged)}}}};
    if (!image.config.platform.variant.empty()) document["Variant"] = image.config.platform.variant;
    if (const auto version = reader.find("os.version")) document["OsVersion"] = version->string();
    return document;
}

Json describe_history(const image::Image& image) {
    Json lines = Json::array();
    std::size_t layer = 0;
    for (const image::HistoryEntry& step : image.config.history) {
        const bool has_layer = !step.empty_layer && layer < image.layer_sizes.size();
        Json line{{"Id", "<missing>"},
                  {"Created", seconds(step.created)},
                  {"CreatedBy", step.created_by},
                  {"Tags", nullptr},
                  {"Size", has_layer ? image.layer_sizes[layer++] : 0},
                  {"Comment", step.comment}};
        lines.insert(lines.begin(), std::move(line));
    }
    if (lines.empty()) {
        // An image need not say how it came about.
        lines.push_back(Json{{"Created", seconds(image.config.created)},
                             {"CreatedBy", ""},
                             {"Size", image.size()},
                             {"Comment", ""}});
    }
    lines.front()["Id"] = image.id.str();
    lines.front()["Tags"] = image.repo_tags();
    return lines;
}

}  // namespace minidock::api
