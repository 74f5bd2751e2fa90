// The daemon's log: one line for each thing that happened, on standard error. spdlog writes it;
// it is compiled in log.cpp only.
#pragma once

#include <fmt/core.h>

#include <string_view>
#include <utility>

namespace minidock::log {

enum class Level { debug, info, warning, error };

/// Lines below this level are left out. Info is the default.
void set_level(Level level);
[[nodiscard]] bool wants(Level level);
void write(Level level, std::string_view line);

/// For what was asked of the kernel and of other programs.
template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
    if (wants(Level::debug)) write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}

/// For what happened to a container, an image, or the daemon.
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}

/// For what went wrong and was put right, or can be lived with.
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}

/// For what went wrong and stays so.
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace minidock::log
