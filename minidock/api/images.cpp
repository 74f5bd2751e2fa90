#include "minidock/api/images.hpp"

#include <nlohmann/json.hpp>

#include "minidock/api/image_description.hpp"
#include "minidock/api/image_filters.hpp"
#include "minidock/api/version.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/log.hpp"

namespace minidock::api {

using nlohmann::json;

void Images::add_routes(http::Router& router) {
    const auto route = [&](const char* method, const char* pattern, auto handler) {
        router.add(method, pattern,
                   [this, handler](http::Exchange& exchange) { (this->*handler)(exchange); });
    };
    route("GET", "/images/json", &Images::list);
    route("POST", "/images/load", &Images::load);
    route("POST", "/images/create", &Images::create);
    route("GET", "/images/{name...}/json", &Images::inspect);
    route("GET", "/images/{name...}/history", &Images::history);
    route("POST", "/images/{name...}/tag", &Images::tag);
    route("POST", "/images/{name...}/push", &Images::push);
    route("POST", "/images/prune", &Images::prune);
    route("GET", "/images/get", &Images::save_several);
    route("GET", "/images/{name...}/get", &Images::save_one);
    route("POST", "/auth", &Images::log_in);
    route("GET", "/images/search", &Images::search);
    route("GET", "/distribution/{name...}/json", &Images::inspect_remote);
    route("DELETE", "/images/{name...}", &Images::remove);
}

void Images::describe(json& info) const {
    info["Images"] = store_.list().size();
}

namespace {

/// What clients of older versions expect to find as well.
void add_older_fields(json& document, const http::Request& request) {
    if (is_older_than(request, "1.44")) document["VirtualSize"] = document["Size"];
}

void add_older_names(json& summary, const http::Request& request) {
    if (!is_older_than(request, "1.43")) return;
    if (summary["RepoTags"].empty()) summary["RepoTags"] = {"<none>:<none>"};
    if (summary["RepoDigests"].empty()) summary["RepoDigests"] = {"<none>@<none>"};
}

}  // namespace

void refuse_platform(const http::Exchange& exchange) {
    if (exchange.query().has("platform"))
        throw Unsupported("an image is kept here for one platform only: leave --platform out");
}

void Images::tell(const std::string& action, const std::string& id, const std::string& name) {
    events_.publish({.type = "image", .action = action, .id = id, .attributes = {{"name", name}}});
}

void Images::list(http::Exchange& exchange) const {
    const ImageFilter filter{exchange.query().filters(), store_};
    json list = json::array();
    for (image::Image& image : store_.list()) {
        if (!filter.apply(image)) continue;
        json summary = describe_summary(image);
        add_older_fields(summary, exchange.request());
        add_older_names(summary, exchange.request());
        list.push_back(std::move(summary));
    }
    exchange.send(http::Response::json(list));
}

void Images::inspect(http::Exchange& exchange) const {
    const image::Image image = store_.get(exchange.parameter("name"));
    json document = describe_image(image, store_.config_text(image), store_.layer_folders(image));
    add_older_fields(document, exchange.request());
    exchange.send(http::Response::json(document));
}

void Images::history(http::Exchange& exchange) const {
    exchange.send(http::Response::json(describe_history(store_.get(exchange.parameter("name")))));
}

void Images::tag(http::Exchange& exchange) {
    const http::Query& query = exchange.query();
    const image::Reference repository = image::Reference::parse(query.text("repo"));
    const std::string tag = query.text("tag");
    const image::Reference name =
        tag.empty() ? repository.with_default_tag() : repository.with_tag(tag);
    store_.tag(exchange.parameter("name"), name);
    log::info("image {} is now called {}", exchange.parameter("name"), name.familiar());
    tell("tag", store_.get(name.str()).id.str(), name.familiar());
    exchange.send(http::Response::empty(201));
}

void Images::remove(http::Exchange& exchange) {
    json list = json::array();
    const std::string id = store_.get(exchange.parameter("name")).id.str();
    for (const image::Removal& step :
         store_.remove(exchange.parameter("name"), exchange.query().flag("force"))) {
        const bool untagged = step.kind == image::Removal::Kind::untagged;
        log::info("{} {}", untagged ? "untagged image" : "deleted", step.what);
        if (untagged) tell("untag", id, step.what);
        if (step.what == id) tell("delete", id, id);
        list.push_back({{untagged ? "Untagged" : "Deleted", step.what}});
    }
    exchange.send(http::Response::json(list));
}

}  // namespace minidock::api
