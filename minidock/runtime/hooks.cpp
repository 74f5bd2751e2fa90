#include "minidock/runtime/hooks.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>

#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/json.hpp"

namespace minidock::runtime {
namespace {

/// A file without a name that holds `text`, to be read from its beginning (memfd_create(2)).
/// Unlike a pipe it never blocks whoever writes, and a hook that reads nothing disturbs nobody.
Fd file_of(const std::string& text) {
    Fd file{::memfd_create("state", MFD_CLOEXEC)};
    if (!file) throw SystemError("make a file for the container's state");
    write_all(file.get(), text, "the container's state");
    if (::lseek(file.get(), 0, SEEK_SET) < 0) throw SystemError("rewind the container's state");
    return file;
}

/// @return whether the process has ended in time
bool ends_within(const Child& child, std::optional<std::chrono::seconds> timeout) {
    pollfd polled{child.pidfd(), POLLIN, 0};
    const int limit = timeout ? static_cast<int>(std::chrono::milliseconds{*timeout}.count()) : -1;
    int ready = 0;
    do {
        ready = ::poll(&polled, 1, limit);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

void run_hook(const Hook& hook, const std::string& state) {
    // lab 05.2: start the program with the state on its standard input. It fails when it takes
    // longer than it may, or ends with another status than 0; both are said with its path.
    const Fd input = file_of(state);
    Program program{.path = hook.path, .arguments = hook.args, .environment = hook.env};
    if (program.arguments.empty()) program.arguments = {hook.path};
    program.descriptors = {{input.get(), STDIN_FILENO}};
    Child child = spawn(program);
    if (!ends_within(child, hook.timeout)) {
        // Letting go of the child kills it.
        throw std::runtime_error("hook " + hook.path + ": still running after " +
                                 std::to_string(hook.timeout->count()) + " s");
    }
    const ExitStatus status = child.wait();
    if (status.success()) return;
    throw std::runtime_error("hook " + hook.path + ": ended with status " +
                             std::to_string(status.shell_code()));
    // end lab
}

Hook parse_hook(const JsonReader& hook) {
    const JsonReader path = hook.at("path");
    if (!path.string().starts_with('/')) path.reject("want an absolute path");
    Hook parsed{.path = path.string(),
                .args = hook.strings_or_none("args"),
                .env = hook.strings_or_none("env")};
    if (const auto timeout = hook.find("timeout")) {
        if (timeout->integer() <= 0) timeout->reject("want more than 0 seconds");
        parsed.timeout = std::chrono::seconds{timeout->integer()};
    }
    return parsed;
}

}  // namespace

std::vector<Hook> parse_hook_list(const JsonReader& hooks, const std::string& key) {
    std::vector<Hook> parsed;
    if (const auto list = hooks.find(key)) {
        for (const JsonReader& hook : list->elements())
            parsed.push_back(parse_hook(hook));
    }
    return parsed;
}

Hooks parse_hooks(const JsonReader& hooks) {
    return {.prestart = parse_hook_list(hooks, "prestart"),
            .create_runtime = parse_hook_list(hooks, "createRuntime"),
            .create_container = parse_hook_list(hooks, "createContainer"),
            .start_container = parse_hook_list(hooks, "startContainer"),
            .poststart = parse_hook_list(hooks, "poststart"),
            .poststop = parse_hook_list(hooks, "poststop")};
}

void run_hooks(const std::vector<Hook>& hooks, const std::string& state) {
    for (const Hook& hook : hooks)
        run_hook(hook, state);
}

void run_hooks_and_warn(const std::vector<Hook>& hooks, const std::string& state) {
    for (const Hook& hook : hooks) {
        try {
            run_hook(hook, state);
        } catch (const std::exception& error) {
            const std::string warning = std::string{"minirun: warning: "} + error.what() + "\n";
            [[maybe_unused]] const ssize_t n =
                ::write(STDERR_FILENO, warning.data(), warning.size());
        }
    }
}

}  // namespace minidock::runtime
