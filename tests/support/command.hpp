// Runs a program to its end, for tests: its exit status, and all that it printed.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace minidock::test {

/// How a program ended and what it printed.
struct Outcome {
    int status = 0;  ///< as a shell has it: the exit code, or 128 + the signal
    std::string out;
    std::string err;
};

/// What a program gets.
struct Invocation {
    std::vector<std::string> arguments;    ///< arguments[0] is searched for in PATH
    std::string input;                     ///< its standard input
    std::vector<std::string> environment;  ///< "NAME=value", beside the test's own
    std::chrono::seconds time_limit{60};   ///< after this it is killed: status 137
};

/// Runs a program and waits for its end.
Outcome run(const Invocation& invocation);
Outcome run(std::vector<std::string> arguments, std::string input = {});

/// The path of one of the engine's programs in the build that is being tested.
std::string program(const std::string& name);

}  // namespace minidock::test
