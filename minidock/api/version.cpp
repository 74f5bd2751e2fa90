#include "minidock/api/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "minidock/base/error.hpp"

namespace minidock::api {
namespace {

using Number = std::pair<int, int>;

/// "1.47" as {1, 47}.
std::optional<Number> parse(std::string_view text) {
    Number number;
    const char* const end = text.data() + text.size();
    const auto major = std::from_chars(text.data(), end, number.first);
    if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return std::nullopt;
    const auto minor = std::from_chars(major.ptr + 1, end, number.second);
    if (minor.ec != std::errc{} || minor.ptr != end) return std::nullopt;
    return number;
}

}  // namespace

std::string_view release() {
    return MINIDOCK_VERSION;
}

void take_version(http::Request& request) {
    request.parameters["version"] = newest_version;
    std::string& path = request.path;
    if (!path.starts_with("/v")) return;
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string version = path.substr(2, end - 2);
    const auto number = parse(version);
    if (!number) return;
    if (*number > *parse(newest_version)) {
        throw BadParameter(
            fmt::format("client version {} is too new. Maximum supported API version is {}",
                        version, newest_version));
    }
    if (*number < *parse(oldest_version)) {
        throw BadParameter(
            fmt::format("client version {} is too old. Minimum supported API version is {}, "
                        "please upgrade your client to a newer version",
                        version, oldest_version));
    }
    request.parameters["version"] = version;
    path.erase(0, end);
    if (path.empty()) path = "/";
}

bool is_older_than(const http::Request& request, std::string_view version) {
    return *parse(request.parameter("version")) < *parse(version);
}

}  // namespace minidock::api
