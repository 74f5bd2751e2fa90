// A template as a tree: which actions lie between a {{range}}, {{if}} or {{with}} and its {{end}}.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "minidock/client/template_tokens.hpp"

namespace minidock::client {

struct TemplatePipeline;

/// A value in an action: a literal, or a path from where it starts.
struct TemplateOperand {
    enum class Start { dot, variable, literal, pipeline };
    Start start = Start::dot;
    std::string variable;                        ///< its name; "" is $, the whole
    Json literal;                                ///< as it stands
    std::shared_ptr<TemplatePipeline> pipeline;  ///< in parentheses
    std::vector<std::string> path;               ///< from there on: .A.B
};

/// A function and its operands, or an operand alone.
struct TemplateCommand {
    std::string function;
    std::vector<TemplateOperand> operands;
};

/// Commands, each of which gets what the one before it gave as its last operand; and the variables
/// that keep the result.
struct TemplatePipeline {
    std::vector<std::string> variables;
    bool declares = false;  ///< := and not =
    std::vector<TemplateCommand> commands;
};

struct TemplateNode {
    enum class Kind { text, output, range, condition, with };
    Kind kind = Kind::text;
    std::string text;
    TemplatePipeline pipeline;
    std::vector<TemplateNode> body;
    std::vector<TemplateNode> otherwise;  ///< after {{else}}
};

/// @throws BadParameter
std::vector<TemplateNode> parse_template(std::string_view text);

}  // namespace minidock::client
