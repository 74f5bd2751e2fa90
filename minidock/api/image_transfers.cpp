// The routes between here and registries: POST /images/create?fromImage=…, POST /images/NAME/push.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "minidock/api/images.hpp"
#include "minidock/api/message_stream.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/log.hpp"
#include "minidock/registry/pull.hpp"
#include "minidock/registry/push.hpp"

namespace minidock::api {
namespace {

registry::Credentials credentials_of(const http::Exchange& exchange) {
    return registry::credentials_of_header(exchange.request().headers.get("X-Registry-Auth"));
}

/// A step of a transfer as a message: with a bar where it is about bytes.
void pass_on(MessageStream& messages, const registry::Step& step) {
    if (step.total > 0) return messages.progress(step.id, step.status, step.done, step.total);
    if (step.id.empty()) return messages.status(step.status);
    messages.send(
        {{"status", step.status}, {"progressDetail", nlohmann::json::object()}, {"id", step.id}});
}

/// The name that is to be pulled: fromImage and tag in one, where tag may also be a digest.
image::Reference name_to_pull(const http::Query& query) {
    std::string text = query.text("fromImage");
    if (text.empty()) throw BadParameter("the parameter fromImage is empty");
    const std::string tag = query.text("tag");
    if (!tag.empty()) text += (image::Digest::try_parse(tag) ? "@" : ":") + tag;
    return image::Reference::parse(text);
}

std::optional<image::Platform> platform_of(const http::Query& query) {
    const std::string text = query.text("platform");
    return text.empty() ? std::nullopt : std::optional{image::Platform::parse(text)};
}

}  // namespace

void Images::pull(http::Exchange& exchange) {
    const image::Reference name = name_to_pull(exchange.query());
    const registry::PullOptions options{.credentials = credentials_of(exchange),
                                        .platform = platform_of(exchange.query())};
    MessageStream messages{exchange};
    messages.run([&] {
        // Without a tag it is all of them that are asked for.
        std::vector<image::Reference> names{name};
        if (!name.tag() && !name.digest()) {
            names.clear();
            for (const std::string& tag : list_tags(settings_, name, options.credentials))
                names.push_back(name.with_tag(tag));
        }
        bool newer = false;
        for (const image::Reference& each : names) {
            const registry::Pulled pulled =
                registry::pull(store_, settings_, each, options,
                               [&](const registry::Step& step) { pass_on(messages, step); });
            tell("pull", each.familiar(), each.familiar_repository());
            log::info("pulled image {} as {}", pulled.id.str(), each.familiar());
            messages.status("Digest: " + pulled.digest.str());
            newer = newer || pulled.newer;
        }
        messages.status(fmt::format(
            "Status: {} {}", newer ? "Downloaded newer image for" : "Image is up to date for",
            name.familiar()));
    });
}

void Images::push(http::Exchange& exchange) {
    refuse_platform(exchange);
    const image::Reference given = image::Reference::parse(exchange.parameter("name"));
    if (given.digest()) throw BadParameter("cannot push a digest reference");
    const std::string tag = exchange.query().text("tag");
    const registry::Credentials credentials = credentials_of(exchange);
    std::vector<image::Reference> names;
    if (!tag.empty()) {
        names.push_back(given.with_tag(tag));
    } else if (given.tag()) {
        names.push_back(given);
    } else {
        for (const image::Image& image : store_.list()) {
            for (const image::Reference& name : image.tags) {
                if (name.repository() == given.repository()) names.push_back(name);
            }
        }
    }
    if (names.empty()) {
        throw NotFound("An image does not exist locally with the tag: " +
                       given.familiar_repository());
    }
    MessageStream messages{exchange};
    messages.run([&] {
        for (const image::Reference& name : names) {
            const registry::Pushed pushed =
                registry::push(store_, settings_, name, credentials,
                               [&](const registry::Step& step) { pass_on(messages, step); });
            tell("push", name.familiar(), name.familiar_repository());
            log::info("pushed {} as {}", name.familiar(), pushed.digest.str());
            messages.status(fmt::format("{}: digest: {} size: {}", *name.tag(), pushed.digest.str(),
                                        pushed.size));
            messages.send(
                {{"progressDetail", nlohmann::json::object()},
                 {"aux",
                  {{"Tag", *name.tag()}, {"Digest", pushed.digest.str()}, {"Size", pushed.size}}}});
        }
    });
}

}  // namespace minidock::api
