// What the shell offers at the tabulator key. The shells' scripts (completion_scripts.cpp) ask
// `minidock __complete WORDS...`, so that they know what this very program knows: its commands,
// their options, and the names of what the daemon has.
#pragma once

#include <string>
#include <vector>

#include "minidock/client/command.hpp"
#include "minidock/client/description.hpp"

namespace minidock::client {

struct Candidate {
    std::string word;
    std::string help;  ///< may be empty
};

/// What `words` may go on with.
/// @param words  after the program's name; the last one is being typed, and may be empty
std::vector<Candidate> complete(const CommandTable& table, Context& context, Arguments words);

/// What a command says of itself. @return false for one that reads its words in its own way
bool describe(const Command& command, Context& context, Description& description);

/// The script for a shell: "bash", "zsh", "fish".
/// @throws Failure for another one
const char* completion_script(const std::string& shell);

/// `completion`, and `__complete` for the scripts. The table must outlive them.
std::vector<Command> completion_commands(const CommandTable& table);

}  // namespace minidock::client
