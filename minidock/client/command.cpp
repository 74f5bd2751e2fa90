#include "minidock/client/command.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "minidock/base/words.hpp"

namespace minidock::client {
namespace {

constexpr std::string_view default_host = "unix:///run/minidock.sock";

std::string host_from_environment() {
    for (const char* name : {"MINIDOCK_HOST", "DOCKER_HOST"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') return value;
    }
    return std::string{default_host};
}

/// What stands before the command's word.
struct Globals {
    std::string host = host_from_environment();
    bool explain = false;
    bool help = false;
    bool version = false;
};

/// Takes the global options off the front of the arguments. (By hand: it is a handful, and the
/// command's own options are not known before its word is.)
Globals take_globals(Arguments& arguments) {
    Globals globals;
    std::size_t used = 0;
    for (; used < arguments.size() && arguments[used].starts_with('-'); ++used) {
        const std::string& word = arguments[used];
        if (word == "-H" || word == "--host") {
            if (++used == arguments.size()) throw Failure(1, "option " + word + " needs a value");
            globals.host = arguments[used];
        } else if (word.starts_with("--host=")) {
            globals.host = word.substr(word.find('=') + 1);
        } else if (word.starts_with("-H")) {
            globals.host = word.substr(2);
        } else if (word == "--explain") {
            globals.explain = true;
        } else if (word == "--help" || word == "-h") {
            globals.help = true;
        } else if (word == "--version" || word == "-v") {
            globals.version = true;
        } else {
            throw Failure(engine_failure, "unknown option: " + word + ". See: minidock --help");
        }
    }
    arguments.erase(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(used));
    return globals;
}

}  // namespace

void CommandTable::add(std::vector<Command> commands) {
    std::move(commands.begin(), commands.end(), std::back_inserter(commands_));
}

void CommandTable::add_alias(std::string words, std::string name) {
    aliases_.emplace_back(std::move(words), std::move(name));
}

const Command* CommandTable::find(std::string_view name) const {
    const auto found = std::find_if(commands_.begin(), commands_.end(),
                                    [&](const Command& command) { return command.name == name; });
    return found == commands_.end() ? nullptr : &*found;
}

std::vector<CommandTable::Path> CommandTable::paths() const {
    std::vector<Path> paths;
    for (const Command& command : commands_) {
        if (command.hidden()) continue;
        const Arguments words = words_of(command.name);
        paths.push_back({words, &command});
        for (const Command& inner : command.inner) {
            paths.push_back({words, &inner});
            paths.back().words.push_back(inner.name);
        }
    }
    for (const auto& [words, name] : aliases_)
        if (words != name) paths.push_back({words_of(words), find(name)});
    return paths;
}

std::string CommandTable::help() const {
    std::string text =
        "Usage:  minidock [OPTIONS] COMMAND\n\n"
        "A container engine built to be read\n\nCommands:\n";
    for (const Command& command : commands_)
        if (!command.hidden()) text += fmt::format("  {:<10}  {}\n", command.name, command.summary);
    text +=
        "\nGlobal Options:\n"
        "  -H, --host string   Daemon socket to connect to (also MINIDOCK_HOST, DOCKER_HOST)\n"
        "      --explain       Print what the engine asks of the kernel, and why\n"
        "  -v, --version       Print version information and quit\n\n"
        "Run 'minidock COMMAND --help' for more information on a command.\n";
    return text;
}

std::string CommandTable::suggestion(std::string_view word) const {
    const Command* nearest = nullptr;
    std::size_t distance = 3;  // more than two slips is another word
    for (const Command& command : commands_) {
        const std::size_t own = edit_distance(word, command.name);
        if (own < distance && own < command.name.size()) {
            distance = own;
            nearest = &command;
        }
    }
    return nearest == nullptr ? "See: minidock --help"
                              : "Did you mean: minidock " + nearest->name + "?";
}

int CommandTable::run(int argc, const char* const* argv) const {
    try {
        return dispatch({argv + 1, argv + argc});
    } catch (const Failure& failure) {
        fmt::print(stderr, "minidock: {}\n", failure.what());
        return failure.code();
    } catch (const std::exception& error) {
        fmt::print(stderr, "minidock: {}\n", error.what());
        return 1;
    }
}

int CommandTable::dispatch(Arguments arguments) const {
    const Globals globals = take_globals(arguments);
    if (globals.version) arguments = {"version"};
    if (globals.help || arguments.empty()) {
        std::fputs(help().c_str(), globals.help ? stdout : stderr);
        return globals.help ? 0 : 1;
    }
    std::string word = arguments.front();
    arguments.erase(arguments.begin());
    for (const auto& [words, name] : aliases_) {
        if (arguments.empty() || words != word + " " + arguments.front()) continue;
        word = name;
        arguments.erase(arguments.begin());
        break;
    }
    const Command* command = find(word);
    if (command == nullptr)
        throw Failure(1, fmt::format("'{}' is not a minidock command. {}", word, suggestion(word)));
    Context context{.daemon = Daemon{globals.host}, .explain = globals.explain};
    return command->run(context, arguments);
}

Command command_group(const std::string& name, const std::string& summary,
                      std::vector<Command> commands) {
    const auto run = [name, summary, commands](Context& context, const Arguments& arguments) {
        const bool asks_for_help = !arguments.empty() && arguments[0] == "--help";
        if (arguments.empty() || asks_for_help) {
            std::string text =
                fmt::format("\nUsage:  minidock {} COMMAND\n\n{}\n\nCommands:\n", name, summary);
            for (const Command& command : commands)
                text += fmt::format("  {:<10}  {}\n", command.name, command.summary);
            std::fputs(text.c_str(), asks_for_help ? stdout : stderr);
            return asks_for_help ? 0 : 1;
        }
        const auto found = std::find_if(commands.begin(), commands.end(),
                                        [&](const Command& c) { return c.name == arguments[0]; });
        if (found == commands.end())
            throw Failure(1, fmt::format("'{0} {1}' is not a minidock command. See: minidock {0} "
                                         "--help",
                                         name, arguments[0]));
        return found->run(context, {arguments.begin() + 1, arguments.end()});
    };
    return {name, summary, run, std::move(commands)};
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Row by row through the table of distances between the words' beginnings; the row before the
    // last is kept for swapped neighbours.
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = last;
        last = row;
    }
    return last[b.size()];
}

}  // namespace minidock::client
