#include "minidock/client/manual.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "minidock/base/atomic_file.hpp"
#include "minidock/client/completion.hpp"

namespace minidock::client {
namespace {

/// Text as roff takes it: a hyphen that may be copied, no escapes, no line that begins a request.
std::string roff(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\\') {
            escaped += "\\e";
        } else if (c == '-') {
            escaped += "\\-";
        } else if ((c == '.' || c == '\'') && escaped.empty()) {
            escaped += "\\&";
            escaped += c;
        } else {
            escaped += c;
        }
    }
    return escaped;
}

/// "volume rm" is the page minidock-volume-rm.
std::string page_name(const std::string& command) {
    std::string name = "minidock-" + command;
    std::replace(name.begin(), name.end(), ' ', '-');
    return name;
}

std::string title(const std::string& name) {
    return fmt::format(".TH {} 1 \"\" \"minidock {}\" \"minidock\"\n", roff(name),
                       MINIDOCK_VERSION);
}

std::string option_paragraph(const OptionDescription& option) {
    std::string names;
    for (const std::string& name : option.names)
        names += fmt::format("{}\\fB{}\\fR", names.empty() ? "" : ", ", roff(name));
    const std::string value = option.value.empty() ? "" : " \\fI" + option.value + "\\fR";
    return fmt::format(".TP\n{}{}\n{}\n", names, value, roff(option.help));
}

/// The page of the program itself: its commands, each with its own page.
std::string overview(const std::vector<Description>& commands) {
    std::string text = title("minidock") +
                       ".SH NAME\nminidock \\- a container engine built to be read\n"
                       ".SH SYNOPSIS\n\\fBminidock\\fR [OPTIONS] COMMAND\n"
                       ".SH OPTIONS\n"
                       ".TP\n\\fB\\-H\\fR, \\fB\\-\\-host\\fR \\fIstring\\fR\n"
                       "The daemon's socket, unix:///run/minidock.sock where nothing else is said\n"
                       ".TP\n\\fB\\-\\-explain\\fR\n"
                       "Print what the engine asks of the kernel, and why\n"
                       ".SH ENVIRONMENT\n"
                       ".TP\nMINIDOCK_HOST, DOCKER_HOST\nThe daemon's socket\n"
                       ".SH COMMANDS\n";
    for (const Description& command : commands)
        text += fmt::format(".TP\n\\fB{}\\fR(1)\n{}\n", roff(page_name(command.name)),
                            roff(command.summary));
    return text;
}

int write_pages(const CommandTable& table, Context& context, const Arguments& arguments) {
    if (arguments.size() != 1) throw Failure(1, "want the folder that the manual pages go to");
    std::vector<Description> commands;
    for (const CommandTable::Path& path : table.paths()) {
        Description description;
        if (!describe(*path.command, context, description)) continue;
        const auto same = [&](const Description& other) { return other.name == description.name; };
        if (std::none_of(commands.begin(), commands.end(), same)) commands.push_back(description);
    }
    for (const Description& command : commands)
        write_atomically(fmt::format("{}/{}.1", arguments[0], page_name(command.name)),
                         manual_page(command), Durability::crash);
    write_atomically(arguments[0] + "/minidock.1", overview(commands), Durability::crash);
    return 0;
}

}  // namespace

std::string manual_page(const Description& description) {
    const std::string name = page_name(description.name);
    std::string text = title(name);
    text += fmt::format(".SH NAME\n{} \\- {}\n", roff(name), roff(description.summary));
    text += fmt::format(".SH SYNOPSIS\n\\fBminidock {}\\fR {}\n", roff(description.name),
                        roff(description.synopsis));
    if (!description.options.empty()) text += ".SH OPTIONS\n";
    for (const OptionDescription& option : description.options)
        text += option_paragraph(option);
    return text + ".SH SEE ALSO\n\\fBminidock\\fR(1)\n";
}

std::vector<Command> manual_commands(const CommandTable& table) {
    const auto write = [&table](Context& context, const Arguments& arguments) {
        return write_pages(table, context, arguments);
    };
    return {{"__manual", "", write}};
}

}  // namespace minidock::client
