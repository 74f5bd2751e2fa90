#include "minidock/client/template_tokens.hpp"

#include <fmt/format.h>

#include "minidock/base/error.hpp"

namespace minidock::client {
namespace {

using Kind = TemplateWord::Kind;

constexpr std::string_view blanks = " \t\r\n";

bool is_word_character(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Takes an action apart, from the left.
class Words {
  public:
    explicit Words(std::string_view action) : whole_{action}, rest_{action} {}

    std::vector<TemplateWord> all() {
        std::vector<TemplateWord> words;
        for (skip_blanks(); !rest_.empty(); skip_blanks())
            words.push_back(next());
        return words;
    }

  private:
    void skip_blanks() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    }

    std::string take(std::size_t n) {
        std::string text{rest_.substr(0, n)};
        rest_.remove_prefix(n);
        return text;
    }

    /// Letters, digits and _; of a path dots, too.
    std::string take_name(bool with_dots) {
        std::size_t n = 0;
        while (n < rest_.size() && (is_word_character(rest_[n]) || (with_dots && rest_[n] == '.')))
            ++n;
        return take(n);
    }

    TemplateWord next() {
        const char c = rest_.front();
        if (c == '.') return {Kind::path, take_name(true).substr(1)};
        if (c == '$') return {Kind::variable, (take(1), take_name(true))};
        if (c == '"') return {Kind::literal, "", quoted()};
        if (c == '`') return {Kind::literal, "", raw()};
        if (rest_.starts_with(":=")) return {Kind::sign, take(2)};
        if (std::string_view{"|(),="}.find(c) != std::string_view::npos)
            return {Kind::sign, take(1)};
        if (c == '-' || (c >= '0' && c <= '9')) return {Kind::literal, "", number()};
        if (is_word_character(c)) return name();
        throw BadParameter(fmt::format("format: unexpected \"{}\" in {{{{{}}}}}", c, whole_));
    }

    TemplateWord name() {
        std::string text = take_name(false);
        if (text == "true" || text == "false") return {Kind::literal, "", text == "true"};
        if (text == "nil") return {Kind::literal, "", nullptr};
        return {Kind::name, std::move(text)};
    }

    Json number() {
        const std::string text =
            take(std::min(rest_.find_first_not_of("+-.0123456789eE"), rest_.size()));
        Json value = Json::parse(text, nullptr, false);
        if (!value.is_number()) throw BadParameter("format: bad number " + text);
        return value;
    }

    Json raw() {
        const std::size_t end = rest_.find('`', 1);
        if (end == std::string_view::npos) throw unterminated();
        const std::string text = take(end + 1);
        return text.substr(1, end - 1);
    }

    Json quoted() {
        std::string text;
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == '"') {
                take(i + 1);
                return text;
            }
            if (rest_[i] == '\\' && i + 1 < rest_.size())
                text += escaped(rest_[++i]);
            else
                text += rest_[i];
        }
        throw unterminated();
    }

    static char escaped(char c) {
        if (c == 'n') return '\n';
        if (c == 't') return '\t';
        return c;
    }

    [[nodiscard]] BadParameter unterminated() const {
        return BadParameter(fmt::format("format: unterminated string in {{{{{}}}}}", whole_));
    }

    std::string_view whole_;
    std::string_view rest_;
};

/// Where an action ends: at the }} that is in no string and no comment.
std::size_t end_of_action(std::string_view text, std::size_t start) {
    if (text.substr(start).starts_with("/*") || text.substr(start).starts_with("- /*"))
        start = std::min(text.find("*/", start), text.size());
    char quote = '\0';
    for (std::size_t i = start; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != '\0') {
            if (c == '\\' && quote == '"') ++i;
            if (c == quote) quote = '\0';
        } else if (c == '"' || c == '`') {
            quote = c;
        } else if (text.substr(i).starts_with("}}")) {
            return i;
        }
    }
    throw BadParameter(fmt::format("format: unclosed {{{{ in {}", text));
}

void trim_end(std::string& text) {
    text.resize(text.find_last_not_of(blanks) + 1);
}

}  // namespace

std::vector<TemplatePiece> split_template(std::string_view text) {
    std::vector<TemplatePiece> pieces;
    bool trims = false;  // what follows the last action
    while (!text.empty()) {
        const std::size_t open = std::min(text.find("{{"), text.size());
        std::string_view plain = text.substr(0, open);
        if (trims) plain.remove_prefix(std::min(plain.find_first_not_of(blanks), plain.size()));
        pieces.push_back({std::string{plain}, {}, false});
        if (open == text.size()) break;

        const std::size_t close = end_of_action(text, open + 2);
        std::string_view action = text.substr(open + 2, close - open - 2);
        if (action.starts_with("- ")) {
            trim_end(pieces.back().text);
            action.remove_prefix(2);
        }
        trims = action.ends_with(" -");
        if (trims) action.remove_suffix(2);
        if (!action.starts_with("/*")) pieces.push_back({"", Words{action}.all(), true});
        text.remove_prefix(close + 2);
    }
    return pieces;
}

}  // namespace minidock::client
