// A template as pieces: text as it stands, and actions as words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "minidock/base/json.hpp"

namespace minidock::client {

/// One word of an action.
struct TemplateWord {
    enum class Kind {
        name,      ///< range, json: what is no other kind
        path,      ///< .A.B: `text` has "A.B", for "." nothing
        variable,  ///< $x: `text` has "x", for "$" nothing
        literal,   ///< "text", 5, true, nil: `value`
        sign       ///< | ( ) , := =
    };
    Kind kind;
    std::string text;
    Json value = nullptr;

    [[nodiscard]] bool is_sign(std::string_view sign) const {
        return kind == Kind::sign && text == sign;
    }
};

/// Either text or an action.
struct TemplatePiece {
    std::string text;
    std::vector<TemplateWord> words;
    bool is_action = false;
};

/// Takes a template apart; comments are gone, and what {{- and -}} trim.
/// @throws BadParameter
std::vector<TemplatePiece> split_template(std::string_view text);

}  // namespace minidock::client
