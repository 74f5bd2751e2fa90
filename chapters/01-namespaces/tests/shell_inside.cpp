#include "chapters/01-namespaces/tests/shell_inside.hpp"

#include <sys/mount.h>
#include <unistd.h>

#include "minidock/base/error.hpp"
#include "minidock/namespaces/isolation.hpp"

namespace minidock::namespaces {

ShellInside::ShellInside(const Plan& plan, const std::string& script,
                         const std::function<void()>& prepare)
    : child_{start(plan, {.inside = [&](ChildSide&) {
                       prepare();
                       ::dup2(output_.write_end.get(), STDOUT_FILENO);
                       ::dup2(output_.write_end.get(), STDERR_FILENO);
                       execute({"/bin/sh", "-c", script}, own_environment());
                   }})} {
    output_.write_end.reset();
}

ScriptResult ShellInside::result() {
    std::string out = read_all(output_.read_end.get(), "what the script prints");
    return {std::move(out), child_.wait()};
}

void mount_proc() {
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0 ||
        ::mount("proc", "/proc", "proc", 0, nullptr) < 0) {
        throw SystemError("mount a /proc for the test");
    }
}

}  // namespace minidock::namespaces
