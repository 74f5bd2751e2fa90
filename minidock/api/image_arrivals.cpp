// The routes by which images come in: load and create (import; a pull is in image_transfers.cpp).
#include <fmt/format.h>

#include <map>
#include <vector>

#include "minidock/api/images.hpp"
#include "minidock/api/message_stream.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/log.hpp"
#include "minidock/image/config_change.hpp"

namespace minidock::api {
namespace {

/// A request's body, as the image module reads it.
class BodySource : public image::Source {
  public:
    explicit BodySource(http::Exchange& exchange) : exchange_{exchange}, buffer_(buffer_size) {}
    std::string_view next() override { return {buffer_.data(), exchange_.read_body(buffer_)}; }

  private:
    static constexpr std::size_t buffer_size = std::size_t{256} << 10U;
    http::Exchange& exchange_;
    std::vector<char> buffer_;
};

/// Tells of each layer at every hundredth of its way, not of each block.
class LayerBars {
  public:
    explicit LayerBars(MessageStream& messages) : messages_{messages} {}

    void show(const image::LayerProgress& step) {
        std::uint64_t& shown = shown_[step.diff_id];
        if (step.done < step.total && step.done - shown < step.total / 100) return;
        shown = step.done;
        messages_.progress(step.diff_id.short_hex(), "Loading layer", step.done, step.total);
    }

  private:
    MessageStream& messages_;
    std::map<image::Digest, std::uint64_t> shown_;
};

/// What instructions such as "CMD sh" make of an empty config.
image::RunConfig config_of_changes(const std::vector<std::string>& changes) {
    nlohmann::json config = nlohmann::json::object();
    for (const std::string& change : changes)
        image::change_config(config, change);
    const nlohmann::json document{{"config", config},
                                  {"rootfs", {{"diff_ids", nlohmann::json::array()}}}};
    return image::parse_config(document.dump(), "the changes").config;
}

}  // namespace

void Images::load(http::Exchange& exchange) {
    refuse_platform(exchange);
    const bool quiet = exchange.query().flag("quiet");
    MessageStream messages{exchange};
    messages.run([&] {
        BodySource body{exchange};
        LayerBars bars{messages};
        const auto progress = [&](const image::LayerProgress& step) {
            if (!quiet) bars.show(step);
        };
        for (const image::LoadedImage& loaded : store_.load(body, progress)) {
            log::info("loaded image {}", loaded.id.str());
            tell("load", loaded.id.str(),
                 loaded.names.empty() ? loaded.id.str() : loaded.names.front().familiar());
            for (const image::Reference& name : loaded.names)
                messages.text(fmt::format("Loaded image: {}\n", name.familiar()));
            if (loaded.names.empty())
                messages.text(fmt::format("Loaded image ID: {}\n", loaded.id.str()));
        }
    });
}

void Images::create(http::Exchange& exchange) {
    if (exchange.query().has("fromSrc")) return import(exchange);
    if (exchange.query().has("fromImage")) return pull(exchange);
    throw BadParameter("want the parameter fromImage or fromSrc");
}

void Images::import(http::Exchange& exchange) {
    const http::Query& query = exchange.query();
    if (query.text("fromSrc") != "-")
        throw Unsupported("this edition imports from the request's body only (fromSrc=-)");
    image::ImportOptions options{.message = query.text("message")};
    options.config = config_of_changes(query.all("changes"));
    if (const std::string platform = query.text("platform"); !platform.empty())
        options.platform = image::Platform::parse(platform);
    if (const std::string repository = query.text("repo"); !repository.empty()) {
        const auto name = image::Reference::parse(repository);
        const std::string tag = query.text("tag");
        options.name = tag.empty() ? name : name.with_tag(tag);
    }
    MessageStream messages{exchange};
    messages.run([&] {
        BodySource body{exchange};
        const image::Digest id = store_.import(body, options);
        log::info("imported image {}", id.str());
        tell("import", id.str(), options.name ? options.name->familiar() : id.str());
        messages.status(id.str());
    });
}

}  // namespace minidock::api
