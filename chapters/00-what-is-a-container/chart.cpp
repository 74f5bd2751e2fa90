#include "chapters/00-what-is-a-container/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace minidock::chapter00 {
namespace {

std::string milliseconds(double value) {
    return value < 10 ? fmt::format("{:.1f} ms", value) : fmt::format("{:.0f} ms", value);
}

std::string size(double bytes) {
    constexpr double kib = 1024;
    constexpr double mib = 1024 * kib;
    return bytes < mib ? fmt::format("{:.0f} KiB", bytes / kib)
                       : fmt::format("{:.1f} MiB", bytes / mib);
}

/// One of the three things that are measured, and how it is drawn.
struct Quantity {
    std::string_view title;
    double Cost::*value;
    std::string (*text)(double);
    double least;  ///< where the bars begin
};

constexpr std::array quantities{
    Quantity{"start time", &Cost::start_ms, milliseconds, 0.1},
    Quantity{"memory", &Cost::memory_bytes, size, 10 * 1024},
    Quantity{"disk", &Cost::disk_bytes, size, 100 * 1024},
};

double largest(const std::vector<Cost>& costs, const Quantity& quantity) {
    double most = 0;
    for (const Cost& cost : costs)
        most = std::max(most, cost.*quantity.value);
    return most;
}

double length_of(const Cost& cost, const Quantity& quantity, double most) {
    return bar_length(cost.*quantity.value, quantity.least, most);
}

}  // namespace

double bar_length(double value, double least, double most) {
    if (value <= least || most <= least) return 0;
    return std::min(1.0, std::log(value / least) / std::log(most / least));
}

std::string table(const std::vector<Cost>& costs) {
    std::string text = fmt::format("{:<10}{:>10}{:>12}{:>12}\n", "", "start", "memory", "disk");
    for (const Cost& cost : costs) {
        text += fmt::format("{:<10}{:>10}{:>12}{:>12}   memory: {}; disk: {}\n", cost.way,
                            milliseconds(cost.start_ms), size(cost.memory_bytes),
                            size(cost.disk_bytes), cost.memory_of, cost.disk_of);
    }
    return text;
}

std::string bars(const std::vector<Cost>& costs, int columns) {
    constexpr int label_columns = 12;
    constexpr int value_columns = 12;
    const double room = std::max(10, columns - label_columns - value_columns);
    std::string text;
    for (const Quantity& quantity : quantities) {
        const double most = largest(costs, quantity);
        text += fmt::format("{} (each step to the right is a factor, not a sum)\n", quantity.title);
        for (const Cost& cost : costs) {
            const auto length = std::lround(room * length_of(cost, quantity, most));
            text += fmt::format("  {:<10}", cost.way);
            for (long column = 0; column < length; ++column)
                text += "█";
            text += " " + quantity.text(cost.*quantity.value) + "\n";
        }
    }
    return text;
}

std::string svg(const std::vector<Cost>& costs) {
    constexpr int row = 26;
    constexpr int bar_left = 100;
    constexpr int bar_room = 420;
    constexpr std::array colours{"#7aa6c2", "#d08c60", "#8a9a5b"};
    const int group = row * (static_cast<int>(costs.size()) + 2);
    const int height = group * static_cast<int>(quantities.size()) + 10;

    std::string text = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {0}\" width=\"640\" "
        "height=\"{0}\" font-family=\"sans-serif\" font-size=\"13\">\n"
        "<rect width=\"640\" height=\"{0}\" fill=\"white\"/>\n",
        height);
    int y = row;
    for (const Quantity& quantity : quantities) {
        const double most = largest(costs, quantity);
        text += fmt::format("<text x=\"10\" y=\"{}\" font-weight=\"bold\">{}</text>\n", y,
                            quantity.title);
        for (std::size_t i = 0; i < costs.size(); ++i) {
            y += row;
            const double width = bar_room * length_of(costs[i], quantity, most);
            text += fmt::format("<text x=\"10\" y=\"{}\">{}</text>\n", y, costs[i].way);
            text += fmt::format(
                "<rect x=\"{}\" y=\"{}\" width=\"{:.1f}\" height=\"18\" fill=\"{}\"/>\n", bar_left,
                y - 14, width, colours[i % colours.size()]);
            text += fmt::format("<text x=\"{:.1f}\" y=\"{}\">{}</text>\n", bar_left + width + 6, y,
                                quantity.text(costs[i].*quantity.value));
        }
        y += 2 * row;
    }
    text += fmt::format(
        "<text x=\"10\" y=\"{}\" font-size=\"11\" fill=\"#666\">logarithmic scale; medians</text>\n"
        "</svg>\n",
        height - 8);
    return text;
}

}  // namespace minidock::chapter00
