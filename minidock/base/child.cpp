#include "minidock/base/child.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/process.hpp"

namespace minidock {

Child& Child::operator=(Child&& other) noexcept {
    if (this != &other) {
        kill_and_reap();
        pid_ = std::exchange(other.pid_, 0);
        pidfd_ = std::move(other.pidfd_);
    }
    return *this;
}

ExitStatus Child::wait() {
    return *reap(WEXITED);
}

std::optional<ExitStatus> Child::try_wait() {
    return reap(WEXITED | WNOHANG);
}

std::optional<ExitStatus> Child::reap(int options) {
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, options) < 0) {
        if (errno != EINTR) throw SystemError("wait for process " + std::to_string(pid_));
    }
    if (info.si_pid == 0) return std::nullopt;
    pid_ = 0;
    if (info.si_code == CLD_EXITED) return ExitStatus{.code = info.si_status};
    return ExitStatus{.signal = info.si_status};
}

void Child::kill_and_reap() noexcept {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED) < 0 && errno == EINTR) {
    }
    pid_ = 0;
}

namespace {

/// posix_spawn(3)'s two objects, freed together.
class SpawnPlan {
  public:
    SpawnPlan() {
        posix_spawn_file_actions_init(&actions_);
        posix_spawnattr_init(&attributes_);
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    void pass(int ours, int theirs) {
        // Of a descriptor duplicated onto itself, posix_spawn clears close-on-exec.
        posix_spawn_file_actions_adddup2(&actions_, ours, theirs);
    }

    void reset_signals(bool own_session) {
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        const int session = own_session ? POSIX_SPAWN_SETSID : 0;
        posix_spawnattr_setflags(&attributes_, static_cast<short>(POSIX_SPAWN_SETSIGMASK |
                                                                  POSIX_SPAWN_SETSIGDEF | session));
    }

    posix_spawn_file_actions_t* actions() { return &actions_; }
    posix_spawnattr_t* attributes() { return &attributes_; }

  private:
    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
};

}  // namespace

Child spawn(const Program& program) {
    SpawnPlan plan;
    plan.reset_signals(program.own_session);
    for (const auto& [ours, theirs] : program.descriptors)
        plan.pass(ours, theirs);

    const auto argv = kernel::pointers_to(program.arguments);
    // The pointers point into the program's own strings, so it must not be a copy of them.
    static const std::vector<std::string> none;
    const auto envp = kernel::pointers_to(program.environment ? *program.environment : none);
    char* const* environment = program.environment ? envp.data() : environ;

    pid_t pid = 0;
    const int error = ::posix_spawn(&pid, program.path.c_str(), plan.actions(), plan.attributes(),
                                    argv.data(), environment);
    if (error != 0) throw SystemError("start " + program.path, error);
    return Child{pid, kernel::pidfd_open(pid)};
}

Finished run_to_the_end(Program program) {
    Pipe pipe = Pipe::make();
    program.descriptors.emplace_back(pipe.write_end.get(), STDOUT_FILENO);
    program.descriptors.emplace_back(pipe.write_end.get(), STDERR_FILENO);
    Child child = spawn(program);
    pipe.write_end.reset();
    std::string output = read_all(pipe.read_end.get(), "what " + program.path + " prints");
    return {.status = child.wait(), .output = std::move(output)};
}

std::string own_program_folder() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

}  // namespace minidock
