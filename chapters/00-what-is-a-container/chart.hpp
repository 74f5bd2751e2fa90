// The costs as a table, as bars for the terminal, and as a drawing (SVG).
#pragma once

#include <string>
#include <vector>

#include "chapters/00-what-is-a-container/measure.hpp"

namespace minidock::chapter00 {

/// One line for each way: start time, memory, disk, and what the figures are of.
std::string table(const std::vector<Cost>& costs);

/// How long the bar of `value` is when the bars begin at `least` and the longest stands for
/// `most`: between 0 and 1, on a logarithmic scale. A machine's bar would leave nothing to see of
/// the others on a linear one.
double bar_length(double value, double least, double most);

/// Bars of block characters, one group for time, memory and disk each, `columns` wide at most.
std::string bars(const std::vector<Cost>& costs, int columns);

/// The same bars as an SVG document.
std::string svg(const std::vector<Cost>& costs);

}  // namespace minidock::chapter00
