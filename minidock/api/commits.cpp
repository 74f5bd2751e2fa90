#include "minidock/api/commits.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "minidock/base/error.hpp"
#include "minidock/base/log.hpp"
#include "minidock/image/commit.hpp"
#include "minidock/image/config_change.hpp"
#include "minidock/image/layer_tar.hpp"

namespace minidock::api {
namespace {

using nlohmann::json;

/// Freezes a container for as long as it lives, so that no file changes while it is read.
class Frozen {
  public:
    Frozen(containers::Containers& containers, containers::Container& container, bool wanted)
        : containers_{containers}, container_{container} {
        const containers::State state = container.state();
        if (!wanted || state.status != containers::Status::running) return;
        containers_.pause(container_);
        frozen_ = true;
    }
    ~Frozen() {
        if (!frozen_) return;
        try {
            containers_.unpause(container_);
        } catch (const std::exception& error) {
            log::error("container {} stays paused: {}", container_.id(), error.what());
        }
    }
    Frozen(const Frozen&) = delete;
    Frozen& operator=(const Frozen&) = delete;

  private:
    containers::Containers& containers_;
    containers::Container& container_;
    bool frozen_ = false;
};

/// The program that the container ran, as the step's line in the history.
std::string command_line(const json& config) {
    std::string line;
    for (const char* key : {"Entrypoint", "Cmd"}) {
        if (!config.contains(key) || !config[key].is_array()) continue;
        for (const json& word : config[key])
            line += (line.empty() ? "" : " ") + word.get<std::string>();
    }
    return line;
}

/// The container's config with the changes that are asked for, without what is of it alone.
json new_config(const containers::Container& container, const http::Query& query) {
    json config = container.definition().config_document;
    for (const char* of_its_own : {"Hostname", "Domainname", "Image", "AttachStdin", "AttachStdout",
                                   "AttachStderr", "Tty", "OpenStdin", "StdinOnce"})
        config.erase(of_its_own);
    for (const std::string& lines : query.all("changes")) {
        for (std::size_t start = 0; start < lines.size();) {
            const std::size_t end = std::min(lines.find('\n', start), lines.size());
            if (end > start) image::change_config(config, lines.substr(start, end - start));
            start = end + 1;
        }
    }
    return config;
}

std::optional<image::Reference> name_of(const http::Query& query) {
    const std::string repository = query.text("repo");
    if (repository.empty()) return std::nullopt;
    const auto name = image::Reference::parse(repository);
    const std::string tag = query.text("tag");
    return tag.empty() ? name.with_default_tag() : name.with_tag(tag);
}

}  // namespace

void Commits::add_routes(http::Router& router) {
    router.add("POST", "/commit", [this](http::Exchange& exchange) { commit(exchange); });
}

void Commits::commit(http::Exchange& exchange) {
    const http::Query& query = exchange.query();
    const containers::ContainerPtr container = containers_.get(query.text("container"));
    const json config = new_config(*container, query);
    const image::CommitOptions options{
        .parent = container->definition().image,
        .config = config.dump(),
        .author = query.text("author"),
        .comment = query.text("comment"),
        .created_by = command_line(container->definition().config_document),
        .name = name_of(query)};
    const Frozen frozen{containers_, *container, query.flag("pause", true)};
    const Fd upper = open_file(container->folder() + "/upper", O_RDONLY | O_DIRECTORY);
    const image::Digest id =
        image::commit(containers_.images(), options,
                      [&](image::TarWriter& tar) { return image::pack_layer(upper, tar); });
    log::info("made image {} of container {}", id.str(), container->id());
    exchange.send(http::Response::json({{"Id", id.str()}}, 201));
}

}  // namespace minidock::api
