#include "minidock/client/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace minidock::client {
namespace {

/// What an option takes, in Docker's words.
std::string kind_of(const CLI::Option& option) {
    if (option.get_items_expected_max() == 0) return {};
    return option.get_expected_max() > 1 ? "list" : "string";
}

/// CLI11's help with Docker's usage line.
class DockerFormatter : public CLI::Formatter {
  public:
    explicit DockerFormatter(std::string usage) : usage_{std::move(usage)} { column_width(32); }
    std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
        return "\nUsage:  minidock " + usage_ + "\n";
    }
    std::string make_option_opts(const CLI::Option* option) const override {
        const std::string kind = kind_of(*option);
        return kind.empty() ? kind : " " + kind;
    }
    std::string make_positionals(const CLI::App* /*app*/) const override { return {}; }

  private:
    std::string usage_;
};

/// CLI11's complaint in one line.
std::string one_line(const CLI::ParseError& error) {
    std::string text = error.what();
    std::replace(text.begin(), text.end(), '\n', ' ');
    if (const auto* extras = dynamic_cast<const CLI::ExtrasError*>(&error)) {
        const std::size_t colon = std::string_view{extras->what()}.find(": ");
        if (colon != std::string::npos) return "unknown argument: " + text.substr(colon + 2);
    }
    return text;
}

}  // namespace

CommandLine::CommandLine(const std::string& name, const std::string& synopsis,
                         const std::string& summary)
    : app_{summary, name}, name_{name}, synopsis_{synopsis} {
    app_.set_help_flag("--help", "Print this help");
    app_.formatter(std::make_shared<DockerFormatter>(name + " " + synopsis));
}

CLI::Option* CommandLine::add_list(const std::string& names, Arguments& values,
                                   const std::string& help) {
    return app_.add_option(names, values, help)->allow_extra_args(false);
}

Description CommandLine::description() const {
    Description description{name_, synopsis_, app_.get_description(), {}};
    for (const CLI::Option* option : app_.get_options()) {
        if (option->get_positional() || option->get_group().empty()) continue;
        OptionDescription described{{}, kind_of(*option), option->get_description()};
        for (const std::string& name : option->get_snames())
            described.names.push_back("-" + name);
        for (const std::string& name : option->get_lnames())
            described.names.push_back("--" + name);
        description.options.push_back(std::move(described));
    }
    return description;
}

bool CommandLine::parse(const Arguments& arguments, int code) {
    if (arguments == Arguments{description_request}) throw Described{description()};
    Arguments reversed{arguments.rbegin(), arguments.rend()};  // as CLI11 wants them
    try {
        app_.parse(std::move(reversed));
    } catch (const CLI::CallForHelp&) {
        std::fputs(app_.help().c_str(), stdout);
        return false;
    } catch (const CLI::ParseError& error) {
        throw Failure(code, fmt::format("{}. See: minidock {} --help", one_line(error), name_));
    }
    const auto rest = app_.remaining();
    if (!rest.empty() && rest.front().size() > 1 && rest.front().front() == '-') {
        throw Failure(
            code, fmt::format("unknown option: {}. See: minidock {} --help", rest.front(), name_));
    }
    return true;
}

}  // namespace minidock::client
