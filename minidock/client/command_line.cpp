#include "minidock/client/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace minidock::client {
namespace {

/// CLI11's help with Docker's usage line.
class DockerFormatter : public CLI::Formatter {
  public:
    explicit DockerFormatter(std::string usage) : usage_{std::move(usage)} { column_width(32); }
    std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
        return "\nUsage:  minidock " + usage_ + "\n";
    }
    std::string make_option_opts(const CLI::Option* option) const override {
        if (option->get_items_expected_max() == 0) return {};
        return option->get_expected_max() > 1 ? " list" : " string";
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
    : app_{summary, name}, name_{name} {
    app_.set_help_flag("--help", "Print this help");
    app_.formatter(std::make_shared<DockerFormatter>(name + " " + synopsis));
}

CLI::Option* CommandLine::add_list(const std::string& names, Arguments& values,
                                   const std::string& help) {
    return app_.add_option(names, values, help)->allow_extra_args(false);
}

bool CommandLine::parse(const Arguments& arguments, int code) {
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
