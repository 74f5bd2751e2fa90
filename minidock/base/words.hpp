// Lines of text as words.
#pragma once

#include <string>
#include <vector>

namespace minidock {

/// The words of a line: what stands between blanks.
std::vector<std::string> words_of(const std::string& line);

}  // namespace minidock
