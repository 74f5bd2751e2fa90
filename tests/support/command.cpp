#include "tests/support/command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"

namespace minidock::test {
namespace {

std::string find_in_path(const std::string& name) {
    if (name.find('/') != std::string::npos) return name;
    const char* path = std::getenv("PATH");
    std::string folders = path != nullptr ? path : "/usr/sbin:/usr/bin:/sbin:/bin";
    std::size_t start = 0;
    while (start <= folders.size()) {
        const std::size_t end = std::min(folders.find(':', start), folders.size());
        const std::string candidate = folders.substr(start, end - start) + "/" + name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
        start = end + 1;
    }
    throw SystemError("find the program " + name + " in PATH", ENOENT);
}

std::vector<std::string> environment_with(const std::vector<std::string>& more) {
    std::vector<std::string> all = more;  // the first of a name wins
    for (char** entry = environ; *entry != nullptr; ++entry)
        all.emplace_back(*entry);
    return all;
}

/// Moves bytes between the test and the program's three pipes until both outputs have ended.
class Pump {
  public:
    Pump(Fd input, Fd output, Fd error, std::string to_write)
        : input_{std::move(input)},
          streams_{std::move(output), std::move(error)},
          to_write_{std::move(to_write)} {
        ::fcntl(input_.get(), F_SETFL, O_NONBLOCK);
        if (to_write_.empty()) input_.reset();
    }

    /// @return false when the deadline came first
    bool run(std::chrono::steady_clock::time_point deadline) {
        while (streams_[0] || streams_[1]) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                deadline - std::chrono::steady_clock::now());
            std::array<pollfd, 3> polled{{{streams_[0].get(), POLLIN, 0},
                                          {streams_[1].get(), POLLIN, 0},
                                          {input_.get(), POLLOUT, 0}}};
            if (left.count() <= 0 ||
                ::poll(polled.data(), 3, static_cast<int>(left.count())) == 0) {
                return false;
            }
            for (std::size_t i = 0; i < 2; ++i)
                if (polled[i].revents != 0) read_some(i);
            if (polled[2].revents != 0) write_some();
        }
        return true;
    }
    std::string take(std::size_t stream) { return std::move(texts_[stream]); }

  private:
    void read_some(std::size_t stream) {
        std::array<char, 65536> buffer{};
        const ssize_t n = ::read(streams_[stream].get(), buffer.data(), buffer.size());
        if (n > 0) {
            texts_[stream].append(buffer.data(), static_cast<std::size_t>(n));
        } else if (n == 0 || errno != EINTR) {
            streams_[stream].reset();
        }
    }
    void write_some() {
        const ssize_t n = ::write(input_.get(), to_write_.data(), to_write_.size());
        if (n > 0) to_write_.erase(0, static_cast<std::size_t>(n));
        if (to_write_.empty() || (n < 0 && errno != EAGAIN && errno != EINTR)) input_.reset();
    }

    Fd input_;
    std::array<Fd, 2> streams_;
    std::array<std::string, 2> texts_;
    std::string to_write_;
};

}  // namespace

Outcome run(const Invocation& invocation) {
    ::signal(SIGPIPE, SIG_IGN);
    Pipe input = Pipe::make();
    Pipe output = Pipe::make();
    Pipe error = Pipe::make();
    Child child = spawn({.path = find_in_path(invocation.arguments.at(0)),
                         .arguments = invocation.arguments,
                         .environment = environment_with(invocation.environment),
                         .descriptors = {{input.read_end.get(), STDIN_FILENO},
                                         {output.write_end.get(), STDOUT_FILENO},
                                         {error.write_end.get(), STDERR_FILENO}}});
    input.read_end.reset();
    output.write_end.reset();
    error.write_end.reset();

    Pump pump{std::move(input.write_end), std::move(output.read_end), std::move(error.read_end),
              invocation.input};
    if (!pump.run(std::chrono::steady_clock::now() + invocation.time_limit)) {
        ::kill(child.pid(), SIGKILL);
    }
    const int status = child.wait().shell_code();
    return {status, pump.take(0), pump.take(1)};
}

Outcome run(std::vector<std::string> arguments, std::string input) {
    return run(Invocation{.arguments = std::move(arguments), .input = std::move(input)});
}

std::string program(const std::string& name) {
    return std::string{MINIDOCK_BIN_DIR} + "/" + name;
}

}  // namespace minidock::test
