#include "minidock/registry/challenge.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace minidock::registry {
namespace {

std::string lower(std::string_view text) {
    std::string copy{text};
    std::ranges::transform(copy, copy.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return copy;
}

/// Reads the field from left to right.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_{text} {}

    void skip(std::string_view characters) {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(characters), rest_.size()));
    }
    std::string_view token() {
        const std::size_t end = std::min(rest_.find_first_of(" \t,=\""), rest_.size());
        return take(end);
    }
    bool accept(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// A token, or a text in quotes in which a backslash stands before what is meant literally.
    std::string value() {
        if (!accept('"')) return std::string{token()};
        std::string text;
        while (!rest_.empty() && !accept('"')) {
            accept('\\');
            text += take(1);
        }
        return text;
    }

  private:
    std::string_view take(std::size_t count) {
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(taken.size());
        return taken;
    }
    std::string_view rest_;
};

}  // namespace

std::string Challenge::parameter(const std::string& name) const {
    const auto found = parameters.find(name);
    return found != parameters.end() ? found->second : std::string{};
}

// [challenges]
std::vector<Challenge> parse_challenges(std::string_view field) {
    // lab 07.1: a word that no = follows begins a challenge, a word with = is a parameter of the
    // challenge that stands before it; commas stand between both, and values may be in quotes.
    std::vector<Challenge> challenges;
    Scanner scanner{field};
    for (;;) {
        scanner.skip(" \t,");
        const std::string word = lower(scanner.token());
        if (word.empty()) return challenges;
        scanner.skip(" \t");
        if (!scanner.accept('=')) {
            challenges.push_back({word, {}});
        } else if (!challenges.empty()) {
            scanner.skip(" \t");
            challenges.back().parameters[word] = scanner.value();
        }
    }
    // end lab
}
// [/challenges]

}  // namespace minidock::registry
