#include "chapters/00-what-is-a-container/command.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>

#include "minidock/base/error.hpp"

namespace minidock::chapter00 {

std::string output_of(const Program& program) {
    Pipe output = Pipe::make();
    Program writing = program;
    writing.descriptors.emplace_back(output.write_end.get(), STDOUT_FILENO);
    Child child = spawn(writing);
    output.write_end.reset();
    std::string text = read_all(output.read_end.get(), "the output of " + program.path);
    child.wait();
    return text;
}

namespace {

/// Waits until there is something to read, or the time is up.
bool readable(int fd, std::chrono::steady_clock::time_point deadline) {
    using std::chrono::milliseconds;
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= milliseconds::zero()) return false;
    pollfd wanted{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) throw SystemError("wait for output");
    return ready != 0;
}

}  // namespace

std::chrono::steady_clock::time_point wait_for_ready(int fd, std::chrono::seconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    std::string said;
    std::array<char, 4096> buffer{};
    while (readable(fd, deadline)) {
        const ssize_t n = ::read(fd, buffer.data(), buffer.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw SystemError("read what the work says");
        if (n == 0) throw RequestError("the work ended before it was ready; it said: " + said);
        said.append(buffer.data(), static_cast<std::size_t>(n));
        if (said.find("ready\n") != std::string::npos) return std::chrono::steady_clock::now();
    }
    throw RequestError("the work was not ready after " + std::to_string(limit.count()) +
                       " s; it said: " + said);
}

}  // namespace minidock::chapter00
