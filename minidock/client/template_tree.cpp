#include "minidock/client/template_tree.hpp"

#include <fmt/format.h>

#include "minidock/base/error.hpp"

namespace minidock::client {
namespace {

using Kind = TemplateWord::Kind;
using Words = std::vector<TemplateWord>;

std::vector<std::string> split_path(std::string_view text) {
    std::vector<std::string> names;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('.'), text.size());
        if (end == 0) throw BadParameter(fmt::format("format: bad path .{}", text));
        names.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return names;
}

/// Reads one action's pipeline.
class PipelineParser {
  public:
    PipelineParser(const Words& words, std::size_t from) : words_{words}, at_{from} {}

    TemplatePipeline all() {
        TemplatePipeline pipeline = next();
        if (at_ < words_.size()) throw BadParameter("format: unexpected " + shown(words_[at_]));
        return pipeline;
    }

  private:
    [[nodiscard]] bool here(std::string_view sign) const {
        return at_ < words_.size() && words_[at_].is_sign(sign);
    }

    static std::string shown(const TemplateWord& word) {
        return word.kind == Kind::literal ? word.value.dump() : "\"" + word.text + "\"";
    }

    TemplatePipeline next() {
        TemplatePipeline pipeline;
        read_variables(pipeline);
        do {
            pipeline.commands.push_back(command());
        } while (here("|") && ++at_ > 0);
        return pipeline;
    }

    /// "$x :=", "$x =", "$k, $v :="
    void read_variables(TemplatePipeline& pipeline) {
        const std::size_t start = at_;
        std::vector<std::string> names;
        while (at_ < words_.size() && words_[at_].kind == Kind::variable) {
            names.push_back(words_[at_++].text);
            if (!here(",")) break;
            ++at_;
        }
        if (names.empty() || !(here(":=") || here("="))) {
            at_ = start;
            return;
        }
        pipeline.declares = here(":=");
        pipeline.variables = std::move(names);
        ++at_;
    }

    TemplateCommand command() {
        TemplateCommand command;
        if (at_ < words_.size() && words_[at_].kind == Kind::name)
            command.function = words_[at_++].text;
        while (at_ < words_.size() && !here("|") && !here(")"))
            command.operands.push_back(operand());
        if (command.function.empty() && command.operands.empty())
            throw BadParameter("format: an action without a value");
        if (command.function.empty() && command.operands.size() > 1)
            throw BadParameter("format: " + shown(words_[at_ - command.operands.size()]) +
                               " is no function");
        return command;
    }

    TemplateOperand operand() {
        const TemplateWord& word = words_[at_++];
        TemplateOperand operand;
        if (word.kind == Kind::path) {
            operand.path = split_path(word.text);
        } else if (word.kind == Kind::variable) {
            operand.start = TemplateOperand::Start::variable;
            const std::size_t dot = std::min(word.text.find('.'), word.text.size());
            operand.variable = word.text.substr(0, dot);
            operand.path =
                split_path(std::string_view{word.text}.substr(std::min(dot + 1, word.text.size())));
        } else if (word.kind == Kind::literal) {
            operand.start = TemplateOperand::Start::literal;
            operand.literal = word.value;
        } else if (word.is_sign("(")) {
            operand.start = TemplateOperand::Start::pipeline;
            operand.pipeline = std::make_shared<TemplatePipeline>(next());
            if (!here(")")) throw BadParameter("format: a ( without its )");
            ++at_;
            if (at_ < words_.size() && words_[at_].kind == Kind::path)
                operand.path = split_path(words_[at_++].text);
        } else {
            throw BadParameter("format: unexpected " + shown(word));
        }
        return operand;
    }

    const Words& words_;
    std::size_t at_;
};

/// Reads nodes up to the {{end}} or {{else}} that is not theirs.
class TreeParser {
  public:
    explicit TreeParser(const std::vector<TemplatePiece>& pieces) : pieces_{pieces} {}

    std::vector<TemplateNode> all() {
        std::vector<TemplateNode> nodes = list();
        if (at_ < pieces_.size()) throw BadParameter("format: unexpected {{" + word_here() + "}}");
        return nodes;
    }

  private:
    /// The name that an action begins with.
    [[nodiscard]] std::string word_here() const {
        if (at_ == pieces_.size() || pieces_[at_].words.empty()) return "";
        const TemplateWord& first = pieces_[at_].words.front();
        return first.kind == Kind::name ? first.text : "";
    }

    std::vector<TemplateNode> list() {
        std::vector<TemplateNode> nodes;
        for (; at_ < pieces_.size(); ++at_) {
            if (!pieces_[at_].is_action) {
                nodes.push_back({.text = pieces_[at_].text});
                continue;
            }
            const std::string word = word_here();
            if (word == "end" || word == "else") break;
            nodes.push_back(node(word, 0));
        }
        return nodes;
    }

    /// @param skip  words before the control word: 1 for {{else if …}}
    TemplateNode node(const std::string& word, std::size_t skip) {
        using NodeKind = TemplateNode::Kind;
        const NodeKind kind = word == "range"  ? NodeKind::range
                              : word == "if"   ? NodeKind::condition
                              : word == "with" ? NodeKind::with
                                               : NodeKind::output;
        const Words& words = pieces_[at_].words;
        TemplateNode node{.kind = kind};
        if (kind == NodeKind::output) {
            node.pipeline = PipelineParser{words, 0}.all();
            return node;
        }
        node.pipeline = PipelineParser{words, skip + 1}.all();
        ++at_;
        node.body = list();
        node.otherwise = rest();
        return node;
    }

    /// What comes after the body: {{end}}, {{else}} … {{end}} or {{else if …}} … {{end}}.
    std::vector<TemplateNode> rest() {
        if (at_ == pieces_.size()) throw BadParameter("format: an {{end}} is missing");
        if (word_here() == "end") return {};
        const Words& words = pieces_[at_].words;
        if (words.size() > 1) {
            const std::string& word = words[1].text;
            if (words[1].kind != Kind::name || (word != "if" && word != "with"))
                throw BadParameter("format: unexpected \"" + word + "\" after else");
            return {node(word, 1)};
        }
        ++at_;
        std::vector<TemplateNode> nodes = list();
        if (word_here() != "end") throw BadParameter("format: an {{end}} is missing");
        return nodes;
    }

    const std::vector<TemplatePiece>& pieces_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<TemplateNode> parse_template(std::string_view text) {
    return TreeParser{split_template(text)}.all();
}

}  // namespace minidock::client
