// HostConfig.LogConfig: the options of the log drivers that there are.
#include <charconv>

#include "minidock/base/error.hpp"
#include "minidock/containers/settings.hpp"

namespace minidock::containers {
namespace {

/// "10m", "512k", "1g" or bytes.
std::int64_t parse_max_size(const std::string& text) {
    if (text == "-1") return 0;
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [unit, error] = std::from_chars(text.data(), end, number);
    std::string_view rest{unit, static_cast<std::size_t>(end - unit)};
    if (rest.ends_with('b') || rest.ends_with('B')) rest.remove_suffix(1);
    const bool k = rest == "k" || rest == "K";
    const bool m = rest == "m" || rest == "M";
    const bool g = rest == "g" || rest == "G";
    constexpr std::int64_t most = std::int64_t{1} << 40;
    if (error != std::errc{} || number <= 0 || number > most || !(rest.empty() || k || m || g)) {
        throw BadParameter("invalid value '" + text +
                           "' for log-opt max-size: want a size like 10m");
    }
    return number << (k ? 10U : m ? 20U : g ? 30U : 0U);
}

int parse_max_files(const std::string& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < 1 || number > 1000) {
        throw BadParameter("invalid value '" + text + "' for log-opt max-file: want 1 to 1000");
    }
    return number;
}

}  // namespace

LogConfig parse_log_config(const Json& document) {
    const JsonReader reader{document};
    LogConfig config{.type = reader.string_or("Type", "json-file")};
    if (config.type.empty()) config.type = "json-file";
    // Its own defaults are Docker's; its format is json-file's.
    if (config.type == "local") config = {"local", std::int64_t{20} << 20, 5, true};
    const auto options = reader.find("Config");
    if (!options) return config;
    for (const auto& [name, value] : options->string_map()) {
        const bool rotates = config.type == "json-file" || config.type == "local";
        if (rotates && name == "max-size") {
            config.max_size = parse_max_size(value);
        } else if (rotates && name == "max-file") {
            config.max_files = parse_max_files(value);
        } else if (rotates && name == "compress") {
            config.compress = value == "true" || value == "1";
        } else {
            throw BadParameter("unknown log opt '" + name + "' for " + config.type + " log driver");
        }
    }
    if (config.max_files > 1 && config.max_size == 0) {
        throw BadParameter("max-file cannot be used without max-size");
    }
    return config;
}

}  // namespace minidock::containers
