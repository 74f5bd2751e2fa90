#include "minidock/shim/execs.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>

#include "minidock/base/error.hpp"
#include "minidock/base/timestamp.hpp"
#include "minidock/shim/console_socket.hpp"

namespace minidock::shim {
namespace {

/// The daemon may be gone: then nobody is told.
void tell(Fd& connection, const Report& report) {
    try {
        if (connection) send_message(connection.get(), to_message(report));
    } catch (const SystemError&) {
        connection.reset();
    }
}

/// A file that the runtime needs only during the call.
class Passing {
  public:
    explicit Passing(std::string path) : path_{std::move(path)} {}
    ~Passing() { ::unlink(path_.c_str()); }
    Passing(const Passing&) = delete;
    Passing& operator=(const Passing&) = delete;
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

  private:
    std::string path_;
};

}  // namespace

pid_t read_pid_file(const std::string& path) {
    const std::string text = read_file(path);
    pid_t pid = 0;
    std::from_chars(text.data(), text.data() + text.size(), pid);
    if (pid <= 0) throw BadParameter(path + ": the runtime wrote no PID");
    return pid;
}

std::string early_input(const Message& message) {
    if (message.descriptors.size() < 2) return {};
    return read_all(message.descriptors[1].get(), "a client's early input");
}

void Execs::start(const Exec& wish, Message& message, Fd connection,
                  const RuntimeCommand& runtime) {
    const bool has_client = !message.descriptors.empty();
    Running& exec = execs_.emplace_back(
        Running{.id = wish.id,
                .streams = Streams{JsonLog{}, wish.terminal, /*stdin_once=*/true},
                .connection = std::move(connection)});
    try {
        bring_up(exec, wish, has_client, runtime);
    } catch (const std::exception& error) {
        const auto* refusal = dynamic_cast<const RuntimeError*>(&error);
        tell(exec.connection,
             Failed{refusal != nullptr ? refusal->exit_code() : 126, error.what()});
        execs_.pop_back();
        return;
    }
    tell(exec.connection, Started{exec.pid});
    if (has_client) {
        std::string early = early_input(message);
        exec.streams.add_client(std::move(message.descriptors[0]), wish.streams, std::move(early));
    }
}

void Execs::bring_up(Running& exec, const Exec& wish, bool has_client,
                     const RuntimeCommand& runtime) {
    const Passing process{run_folder_ + "/" + wish.id + ".json"};
    const Passing pid_file{run_folder_ + "/" + wish.id + ".pid"};
    const Fd null = open_file("/dev/null", O_RDWR);
    const std::array<int, 3> nothing{null.get(), null.get(), null.get()};
    if (wish.terminal) {
        // A short name: a socket's path has room for 108 bytes only (unix(7)).
        const ConsoleSocket console{run_folder_ + "/tty.sock"};
        runtime.exec(process.path(), pid_file.path(), console.path(), nothing);
        exec.streams.use_terminal(console.take_terminal());
        if (wish.columns != 0) exec.streams.resize(wish.columns, wish.rows);
    } else if (has_client) {
        const std::array<Fd, 3> inner = exec.streams.make_pipes(wish.streams.input);
        runtime.exec(process.path(), pid_file.path(), "",
                     {inner[0].get(), inner[1].get(), inner[2].get()});
    } else {
        runtime.exec(process.path(), pid_file.path(), "", nothing);
    }
    exec.pid = read_pid_file(pid_file.path());
}

void Execs::resize(const Resize& size) const {
    for (const Running& exec : execs_) {
        if (exec.id == size.exec && exec.pid != 0) exec.streams.resize(size.columns, size.rows);
    }
}

bool Execs::take_exit(pid_t pid, ExitStatus status) {
    for (Running& exec : execs_) {
        if (exec.pid != pid) continue;
        exec.pid = 0;
        exec.status = status;
        return true;
    }
    return false;
}

/// The daemon hears of the end before the client's stream ends: a client that asks for the exit
/// code then gets it.
void Execs::end(Running& exec, ExitStatus status) {
    exec.pid = 0;
    exec.status.reset();
    exec.ended_at = std::chrono::steady_clock::now();
    tell(exec.connection, Exited{status.shell_code(), false, to_rfc3339(now())});
    exec.connection.reset();
    exec.streams.finish();
}

void Execs::end_all() {
    for (Running& exec : execs_) {
        if (exec.status) end(exec, *exec.status);
        if (exec.pid == 0) continue;
        // In a PID namespace of the host's it may have outlived the container.
        ::kill(exec.pid, SIGKILL);
        int status = 0;
        if (::waitpid(exec.pid, &status, 0) != exec.pid) status = SIGKILL;
        end(exec, WIFEXITED(status) ? ExitStatus{.code = WEXITSTATUS(status)}
                                    : ExitStatus{.signal = WTERMSIG(status)});
    }
}

std::optional<std::chrono::milliseconds> Execs::register_with(PollLoop& loop) {
    bool somebody_lingers = false;
    for (Running& exec : execs_) {
        exec.streams.register_with(loop);
        somebody_lingers =
            somebody_lingers || (exec.pid == 0 && !exec.streams.has_output_waiting());
    }
    return somebody_lingers ? std::optional<std::chrono::milliseconds>{goodbye_time} : std::nullopt;
}

void Execs::forget_gone() {
    for (Running& exec : execs_) {
        if (exec.status) end(exec, *exec.status);
    }
    const auto long_ago = std::chrono::steady_clock::now() - goodbye_time;
    execs_.remove_if([&](Running& exec) {
        exec.streams.forget_gone_clients();
        if (exec.pid != 0) return false;
        return !exec.streams.has_clients() ||
               (exec.ended_at < long_ago && !exec.streams.has_output_waiting());
    });
}

}  // namespace minidock::shim
