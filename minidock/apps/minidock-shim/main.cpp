// minidock-shim: see minidock/shim/shim.hpp. The daemon starts one per container.
#include <unistd.h>

#include <exception>
#include <string>

#include "minidock/base/trace.hpp"
#include "minidock/shim/shim.hpp"

int main(int argc, char** argv) {
    using namespace minidock;
    try {
        shim::Options options = shim::Options::parse(argc, argv);
        const trace::Scope trace{options.explain ? shim::explain_fd : -1, "shim"};
        shim::Shim{std::move(options), Fd{shim::control_fd}}.run();
        return 0;
    } catch (const std::exception& error) {
        const std::string line = std::string{"minidock-shim: "} + error.what() + "\n";
        [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, line.data(), line.size());
        return 1;
    }
}
