#include "minidock/api/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "minidock/api/error_response.hpp"
#include "minidock/api/not_served.hpp"
#include "minidock/api/system.hpp"
#include "minidock/api/version.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/log.hpp"

namespace minidock::api {
namespace {

void add_common_headers(http::Exchange& exchange) {
    exchange.add_header("Api-Version", std::string{newest_version});
    exchange.add_header("Docker-Experimental", "false");
    exchange.add_header("Ostype", "linux");
    exchange.add_header("Server", fmt::format("minidock/{} (linux)", release()));
}

void answer_error(http::Exchange& exchange, const std::exception& error) {
    const http::Response response = error_response(error);
    const http::Request& request = exchange.request();
    if (response.status >= 500) log::error("{} {}: {}", request.method, request.path, error.what());
    if (exchange.answered()) throw;  // too late for a status: the server cuts the stream short
    exchange.send(response);
}

/// Which of several routes is meant is the router's to say; which is lacking, the edition's.
const http::Handler& find_route(const http::Router& router, http::Request& request) {
    try {
        return router.find(request);
    } catch (const NotFound&) {
        if (!is_engine_api(request)) throw;
    } catch (const http::StatusError&) {
        if (!is_engine_api(request)) throw;
    }
    throw NotFound(
        fmt::format("this edition does not serve {} {} yet", request.method, request.path));
}

}  // namespace

Engine::Engine(Settings settings) : settings_{std::move(settings)} {
    add_system_routes();
    add_usage_route();
}

void Engine::add(Extension& extension) {
    extension.add_routes(router_);
    extensions_.push_back(&extension);
}

void Engine::add_system_routes() {
    const auto ping = [](http::Exchange& exchange) {
        auto response = http::Response::text("OK");
        // 1 is the classic builder; a 2 would make the client try BuildKit.
        response.headers.add("Builder-Version", "1");
        response.headers.add("Swarm", "inactive");
        response.headers.add("Cache-Control", "no-cache, no-store, must-revalidate");
        response.headers.add("Pragma", "no-cache");
        exchange.send(response);
    };
    router_.add("GET", "/_ping", ping);
    router_.add("HEAD", "/_ping", ping);
    router_.add("GET", "/version", [this](http::Exchange& exchange) {
        exchange.send(http::Response::json(describe_version(settings_)));
    });
    router_.add("GET", "/info", [this](http::Exchange& exchange) {
        nlohmann::json info = describe_system(settings_);
        for (const Extension* extension : extensions_)
            extension->describe(info);
        exchange.send(http::Response::json(info));
    });
}

void Engine::add_usage_route() {
    router_.add("GET", "/system/df", [this](http::Exchange& exchange) {
        const std::vector<std::string> types = exchange.query().all("type");
        nlohmann::json usage{{"LayersSize", 0},
                             {"Images", nlohmann::json::array()},
                             {"Containers", nlohmann::json::array()},
                             {"Volumes", nlohmann::json::array()},
                             {"BuildCache", nlohmann::json::array()}};
        for (const Extension* extension : extensions_)
            extension->describe_usage(usage);
        // "container" asks for Containers, "build-cache" for BuildCache.
        constexpr std::pair<const char*, const char*> names[] = {{"container", "Containers"},
                                                                 {"image", "Images"},
                                                                 {"volume", "Volumes"},
                                                                 {"build-cache", "BuildCache"}};
        for (const auto& [type, field] : names) {
            const bool wanted =
                types.empty() || std::find(types.begin(), types.end(), type) != types.end();
            if (!wanted) usage.erase(field);
        }
        exchange.send(http::Response::json(usage));
    });
}

// [handle]
void Engine::handle(http::Exchange& exchange) {
    const auto start = std::chrono::steady_clock::now();
    const std::string path = exchange.request().path;
    try {
        dispatch(exchange);
    } catch (const http::ClientGone&) {
        log::debug("{} {}: the client has gone", exchange.request().method, path);
        throw;
    } catch (const std::exception& error) {
        answer_error(exchange, error);
    }
    const auto took = std::chrono::steady_clock::now() - start;
    log::debug("{} {} -> {} in {:.1f} ms", exchange.request().method, path, exchange.status(),
               std::chrono::duration<double, std::milli>(took).count());
}
// [/handle]

void Engine::dispatch(http::Exchange& exchange) {
    add_common_headers(exchange);
    take_version(exchange.request());
    find_route(router_, exchange.request())(exchange);
}

}  // namespace minidock::api
