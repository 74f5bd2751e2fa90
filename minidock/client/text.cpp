#include "minidock/client/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace minidock::client {
namespace {

constexpr std::array decimal_units{"B", "kB", "MB", "GB", "TB", "PB", "EB"};

template <std::size_t N>
std::string scaled(double size, double base, const std::array<const char*, N>& units, int digits) {
    std::size_t unit = 0;
    while (size >= base && unit + 1 < units.size()) {
        size /= base;
        ++unit;
    }
    return fmt::format("{:.{}g}{}", size, digits, units.at(unit));
}

/// How many characters a UTF-8 text has.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

}  // namespace

std::string human_size(std::uint64_t bytes) {
    return scaled(static_cast<double>(bytes), 1000, decimal_units, 3);
}

std::string human_decimal_size(std::uint64_t bytes) {
    return scaled(static_cast<double>(bytes), 1000, decimal_units, 4);
}

std::string human_binary_size(std::uint64_t bytes) {
    static constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    return scaled(static_cast<double>(bytes), 1024, units, 4);
}

std::string shorten(std::string_view text, std::size_t width) {
    if (width_of(text) <= width) return std::string{text};
    std::size_t end = 0;
    for (std::size_t characters = 0; end < text.size(); ++end) {
        const bool starts_one = (static_cast<unsigned char>(text[end]) & 0xc0) != 0x80;
        if (starts_one && ++characters == width) break;
    }
    return std::string{text.substr(0, end)} + "…";
}

std::string in_quotes(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (c == '\n') {
            result += "\\n";
        } else if (c == '\t') {
            result += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            result += c;
        }
    }
    return result + '"';
}

std::string shown_id(std::string_view id) {
    constexpr std::string_view algorithm = "sha256:";
    if (id.starts_with(algorithm)) id.remove_prefix(algorithm.size());
    return std::string{id.substr(0, 12)};
}

std::string Table::str() const {
    constexpr std::size_t gap = 3;
    constexpr std::size_t narrowest = 10;
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        widths.resize(std::max(widths.size(), row.size()), narrowest);
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width_of(row[i]) + gap);
    }
    std::string text;
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += row[i];
            if (i + 1 < row.size()) text.append(widths[i] - width_of(row[i]), ' ');
        }
        text += '\n';
    }
    return text;
}

}  // namespace minidock::client
