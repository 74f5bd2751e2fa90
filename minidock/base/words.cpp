#include "minidock/base/words.hpp"

#include <iterator>
#include <sstream>

namespace minidock {

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream stream{line};
    return {std::istream_iterator<std::string>{stream}, {}};
}

}  // namespace minidock
