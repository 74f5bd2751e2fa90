#include "minidock/client/template.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "minidock/base/error.hpp"
#include "minidock/client/template_functions.hpp"
#include "minidock/client/template_tree.hpp"

namespace minidock::client {
namespace {

/// Labels and the like, whose keys are anybody's: one that is not there is no mistake.
bool is_map_of_texts(const Json& value) {
    return value.is_object() && std::all_of(value.begin(), value.end(),
                                            [](const Json& member) { return member.is_string(); });
}

class Evaluation {
  public:
    explicit Evaluation(const Json& whole) : whole_{whole} {}

    std::string all(const std::vector<TemplateNode>& nodes, const Json& dot) {
        std::string text;
        const std::size_t variables = variables_.size();
        for (const TemplateNode& node : nodes)
            text += one(node, dot);
        variables_.resize(variables);  // those of this block
        return text;
    }

  private:
    enum class Missing { refused, empty };
    struct Variable {
        std::string name;
        Json value;
    };

    std::string one(const TemplateNode& node, const Json& dot) {
        using Kind = TemplateNode::Kind;
        if (node.kind == Kind::text) return node.text;
        if (node.kind == Kind::output) {
            const Json value = result(node.pipeline, dot, Missing::refused);
            if (node.pipeline.variables.empty()) return shown_value(value);
            keep(node.pipeline, value);
            return "";
        }
        const std::size_t variables = variables_.size();
        const Json value = result(node.pipeline, dot, Missing::empty);
        std::string text;
        if (!is_truth(value)) {
            text = all(node.otherwise, dot);
        } else if (node.kind == Kind::range) {
            text = each(node, value);
        } else {
            if (!node.pipeline.variables.empty()) keep(node.pipeline, value);
            text = all(node.body, node.kind == Kind::with ? value : dot);
        }
        variables_.resize(variables);
        return text;
    }

    /// {{range}}: once for each member; of two variables the first is its key.
    std::string each(const TemplateNode& node, const Json& value) {
        if (!value.is_structured())
            throw BadParameter("format: range cannot iterate over " + value.dump());
        const std::vector<std::string>& names = node.pipeline.variables;
        std::string text;
        std::size_t number = 0;
        for (const auto& [key, member] : value.items()) {
            const std::size_t variables = variables_.size();
            if (names.size() == 2)
                variables_.push_back({names[0], value.is_array() ? Json(number) : Json(key)});
            if (!names.empty()) variables_.push_back({names.back(), member});
            text += all(node.body, member);
            variables_.resize(variables);
            ++number;
        }
        return text;
    }

    void keep(const TemplatePipeline& pipeline, const Json& value) {
        const std::string& name = pipeline.variables.front();
        if (pipeline.declares)
            variables_.push_back({name, value});
        else
            variable(name) = value;
    }

    Json& variable(const std::string& name) {
        const auto found =
            std::find_if(variables_.rbegin(), variables_.rend(),
                         [&](const Variable& variable) { return variable.name == name; });
        if (found == variables_.rend())
            throw BadParameter("format: undefined variable \"$" + name + "\"");
        return found->value;
    }

    Json result(const TemplatePipeline& pipeline, const Json& dot, Missing missing) {
        Json value;
        for (const TemplateCommand& command : pipeline.commands) {
            std::vector<Json> operands;
            // What the functions of conditions get may be missing as well.
            const bool asks =
                command.function == "and" || command.function == "or" || command.function == "not";
            for (const TemplateOperand& operand : command.operands)
                operands.push_back(value_of(operand, dot, asks ? Missing::empty : missing));
            if (&command != &pipeline.commands.front()) operands.push_back(std::move(value));
            if (command.function.empty() && operands.size() > 1)
                throw BadParameter("format: a | must lead to a function");
            value = command.function.empty() ? std::move(operands.front())
                                             : call_function(command.function, operands);
        }
        return value;
    }

    Json value_of(const TemplateOperand& operand, const Json& dot, Missing missing) {
        using Start = TemplateOperand::Start;
        switch (operand.start) {
            case Start::literal:
                return operand.literal;
            case Start::pipeline:
                return at(operand, result(*operand.pipeline, dot, missing), missing);
            case Start::variable:
                return at(operand, operand.variable.empty() ? whole_ : variable(operand.variable),
                          missing);
            case Start::dot:
                break;
        }
        return at(operand, dot, missing);
    }

    Json at(const TemplateOperand& operand, const Json& start, Missing missing) {
        const Json* value = &start;
        for (const std::string& name : operand.path) {
            if (value->is_object() && value->contains(name)) {
                value = &(*value)[name];
                continue;
            }
            if (missing == Missing::empty || (value != &whole_ && is_map_of_texts(*value)))
                return nullptr;
            throw BadParameter(
                fmt::format("format: there is no field .{}", fmt::join(operand.path, ".")));
        }
        return *value;
    }

    const Json& whole_;
    std::vector<Variable> variables_;
};

}  // namespace

std::string fill_template(std::string_view text, const Json& values) {
    return Evaluation{values}.all(parse_template(text), values);
}

}  // namespace minidock::client
