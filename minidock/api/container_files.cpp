#include "minidock/api/container_files.hpp"

#include <sys/stat.h>

#include <array>
#include <nlohmann/json.hpp>

#include "minidock/base/error.hpp"
#include "minidock/containers/changes.hpp"

namespace minidock::api {

using containers::ContainerPtr;
using containers::Files;
using nlohmann::json;

namespace {

std::string path_parameter(const http::Exchange& exchange) {
    std::string path = exchange.query().text("path");
    if (path.empty()) throw BadParameter("bad parameter: 'path' cannot be empty");
    return path;
}

/// What a client learns of a file before it gets it, or puts something there.
void add_stat_header(http::Exchange& exchange, const Files::Stat& stat) {
    const json document{{"name", stat.name},
                        {"size", stat.size},
                        {"mode", go_file_mode(stat.mode)},
                        {"mtime", to_rfc3339(stat.modified)},
                        {"linkTarget", stat.link_target}};
    exchange.add_header("X-Docker-Container-Path-Stat", base64(document.dump()));
}

/// The body of a request as it comes.
class BodySource : public image::Source {
  public:
    explicit BodySource(http::Exchange& exchange) : exchange_{exchange} {}
    std::string_view next() override {
        return {buffer_.data(), exchange_.read_body(std::span<char>{buffer_})};
    }

  private:
    http::Exchange& exchange_;
    std::array<char, 65536> buffer_{};
};

}  // namespace

std::uint32_t go_file_mode(std::uint32_t mode) {
    constexpr std::uint32_t one = 1;
    std::uint32_t result = mode & 0777U;
    if ((mode & S_ISUID) != 0) result |= one << 23U;
    if ((mode & S_ISGID) != 0) result |= one << 22U;
    if ((mode & S_ISVTX) != 0) result |= one << 20U;
    switch (mode & S_IFMT) {
        case S_IFDIR:
            return result | one << 31U;
        case S_IFLNK:
            return result | one << 27U;
        case S_IFBLK:
            return result | one << 26U;
        case S_IFCHR:
            return result | one << 26U | one << 21U;
        case S_IFIFO:
            return result | one << 25U;
        case S_IFSOCK:
            return result | one << 24U;
        default:
            return result;
    }
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view group = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            text += i <= group.size() ? digits[bits >> (18U - 6U * i) & 63U] : '=';
    }
    return text;
}

void ContainerFileRoutes::add_routes(http::Router& router) {
    using http::Exchange;
    router.add("HEAD", "/containers/{id}/archive", [this](Exchange& e) { stat(e); });
    router.add("GET", "/containers/{id}/archive", [this](Exchange& e) { get(e); });
    router.add("PUT", "/containers/{id}/archive", [this](Exchange& e) { put(e); });
    router.add("GET", "/containers/{id}/export", [this](Exchange& e) { export_all(e); });
    router.add("GET", "/containers/{id}/changes", [this](Exchange& e) { changes(e); });
}

ContainerPtr ContainerFileRoutes::container_of(const http::Exchange& exchange) const {
    return containers_.get(exchange.parameter("id"));
}

void ContainerFileRoutes::stat(http::Exchange& exchange) {
    const ContainerPtr container = container_of(exchange);
    add_stat_header(exchange, Files{*container}.stat(path_parameter(exchange)));
    exchange.send(http::Response::empty(200));
}

void ContainerFileRoutes::get(http::Exchange& exchange) {
    const ContainerPtr container = container_of(exchange);
    const std::string path = path_parameter(exchange);
    const Files files{*container};
    add_stat_header(exchange, files.stat(path));
    exchange.start_stream(200, "application/x-tar");
    files.read(path, [&](std::string_view bytes) { exchange.write(bytes); });
    containers_.announce(*container, "archive-path", {{"path", path}});
}

void ContainerFileRoutes::put(http::Exchange& exchange) {
    const ContainerPtr container = container_of(exchange);
    const std::string path = path_parameter(exchange);
    BodySource body{exchange};
    Files{*container}.write(path, body, exchange.query().flag("noOverwriteDirNonDir"));
    containers_.announce(*container, "extract-to-dir", {{"path", path}});
    exchange.send(http::Response::empty(200));
}

void ContainerFileRoutes::export_all(http::Exchange& exchange) {
    const ContainerPtr container = container_of(exchange);
    exchange.start_stream(200, "application/x-tar");
    containers::export_files(*container, [&](std::string_view bytes) { exchange.write(bytes); });
    containers_.announce(*container, "export");
}

void ContainerFileRoutes::changes(http::Exchange& exchange) {
    const ContainerPtr container = container_of(exchange);
    json list = json::array();
    for (const rootfs::Change& change : containers::changes_of(*container))
        list.push_back({{"Path", change.path}, {"Kind", static_cast<int>(change.kind)}});
    exchange.send(http::Response::json(list));
}

}  // namespace minidock::api
