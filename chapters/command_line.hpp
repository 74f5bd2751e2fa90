// What the programs of all chapters do alike with their command lines: `PROGRAM run [OPTIONS]
// COMMAND [ARG...]`, one clear line for an error, and the exit codes that docker(1) has.
#pragma once

#include <CLI/CLI.hpp>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/error.hpp"

namespace minidock::chapters {

constexpr int engine_failed = 125;   ///< we could not do it; what the command says is below 125
constexpr int cannot_execute = 126;  ///< the command is there, but is no program (POSIX, sh)
constexpr int not_found = 127;       ///< there is no such command (the same)

/// Parses the command line.
/// @return the exit code, when there is nothing more to do: after --help, or a mistake
inline std::optional<int> parse(CLI::App& app, int argc, const char* const* argv) {
    try {
        app.parse(argc, argv);
        return std::nullopt;
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        const bool no_verb = code == static_cast<int>(CLI::ExitCodes::RequiredError);
        if (no_verb && !app.remaining().empty()) {
            std::cerr << "There is no word \"" << app.remaining().front() << "\".\n";
        }
        return code == 0 ? 0 : engine_failed;
    }
}

/// Lets everything after the options of `verb` be a command with its arguments, whatever they
/// look like; command_of() gives it.
inline void takes_command(CLI::App& verb) {
    verb.prefix_command();
}

/// The command after the options of `verb`.
/// @throws BadParameter when there is none, or an option that nobody knows stands in its place
inline std::vector<std::string> command_of(const CLI::App& verb) {
    std::vector<std::string> command = verb.remaining();
    if (command.empty()) throw BadParameter(verb.get_name() + ": which command?");
    if (command[0].starts_with('-')) {
        throw BadParameter(verb.get_name() + ": unknown option " + command[0]);
    }
    return command;
}

}  // namespace minidock::chapters
