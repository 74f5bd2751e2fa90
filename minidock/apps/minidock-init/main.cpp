// minidock-init: PID 1 of a container that asked for one (`docker run --init`). It stands in front
// of a program that does not know what PID 1 owes to others: it passes signals on and reaps orphans
// (minidock/namespaces/reaper.hpp).
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/namespaces/reaper.hpp"

namespace {

using namespace minidock;

constexpr int not_found = 127;
constexpr int not_executable = 126;

/// As execvp(3) finds it.
std::string find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) return name;
    const char* const path = std::getenv("PATH");
    const std::string folders = path != nullptr ? path : "/usr/bin:/bin";
    for (std::size_t at = 0; at <= folders.size();) {
        const std::size_t end = std::min(folders.find(':', at), folders.size());
        std::string candidate = folders.substr(at, end - at) + "/" + name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
        at = end + 1;
    }
    throw SystemError("exec: \"" + name + "\": executable file not found in $PATH", ENOENT);
}

int complain(const char* text) {
    const std::string line = std::string{"minidock-init: "} + text + "\n";
    [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, line.data(), line.size());
    return not_executable;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> arguments{argv + 1, argv + argc};
    if (!arguments.empty() && arguments.front() == "--") arguments.erase(arguments.begin());
    if (arguments.empty()) return complain("want a program: minidock-init -- PROGRAM [ARG...]");
    try {
        const Program program{.path = find_program(arguments.front()), .arguments = arguments};
        return namespaces::run_in_foreground([&] { return spawn(program); }).shell_code();
    } catch (const SystemError& error) {
        complain(error.what());
        return error.error() == ENOENT ? not_found : not_executable;
    } catch (const std::exception& error) {
        return complain(error.what());
    }
}
