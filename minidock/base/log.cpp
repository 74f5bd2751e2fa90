#include "minidock/base/log.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>
#pragma GCC diagnostic pop

#include <memory>

namespace minidock::log {
namespace {

spdlog::level::level_enum level_of(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warning:
            return spdlog::level::warn;
        case Level::error:
            break;
    }
    return spdlog::level::err;
}

spdlog::logger& logger() {
    static const auto instance = [] {
        auto sink = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>();
        auto made = std::make_shared<spdlog::logger>("minidock", std::move(sink));
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%-7l%$ %v");
        made->flush_on(spdlog::level::debug);
        return made;
    }();
    return *instance;
}

}  // namespace

void set_level(Level level) {
    logger().set_level(level_of(level));
}

bool wants(Level level) {
    return logger().should_log(level_of(level));
}

void write(Level level, std::string_view line) {
    logger().log(level_of(level), spdlog::string_view_t{line.data(), line.size()});
}

}  // namespace minidock::log
