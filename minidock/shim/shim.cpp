#include "minidock/shim/shim.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fail_point.hpp"
#include "minidock/base/kernel/process.hpp"
#include "minidock/base/timestamp.hpp"
#include "minidock/base/trace.hpp"
#include "minidock/cgroups/group.hpp"
#include "minidock/shim/console_socket.hpp"
#include "minidock/shim/root_mount.hpp"

namespace minidock::shim {
namespace {

Fd signal_descriptor(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    Fd fd{::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (!fd) throw SystemError("watch for children that end");
    return fd;
}

/// The daemon learns of our end by this socket. A process of the container that had it too would
/// keep it open.
Fd for_us_alone(Fd control) {
    if (::fcntl(control.get(), F_SETFD, FD_CLOEXEC) < 0)
        throw SystemError("keep the daemon's socket");
    return control;
}

JsonLog open_log(const Options& options) {
    if (options.log.empty()) return {};
    return {options.log,
            {.max_size = options.log_max_size,
             .max_files = options.log_max_files,
             .compress = options.log_compress}};
}

}  // namespace

Shim::Shim(Options options, Fd control)
    : options_{std::move(options)},
      runtime_{{.program = options_.runtime,
                .root = options_.runtime_root,
                .log = options_.run_folder + "/runtime.log"},
               options_.id,
               options_.explain ? explain_fd : -1},
      streams_{open_log(options_), options_.terminal, options_.stdin_once},
      execs_{options_.run_folder} {
    connections_.push_back(for_us_alone(std::move(control)));
}

// [run]
void Shim::run() {
    try {
        prepare();
        bring_up();
        take_early_clients();
    } catch (const RuntimeError& error) {
        return fail({error.exit_code(), error.what()});
    } catch (const std::exception& error) {
        return fail({128, error.what()});
    }
    tell_watchers(Started{pid_});
    serve_until_exit();
    record_exit();
    see_clients_off();
}
// [/run]

void Shim::prepare() {
    // The container's processes become our children when their own parent, the runtime, ends.
    kernel::prctl(PR_SET_CHILD_SUBREAPER, 1, {5, "be the parent of the container's processes"});
    ::signal(SIGPIPE, SIG_IGN);
    child_signals_ = signal_descriptor(SIGCHLD);
    listener_ = listen_unix(options_.run_folder + "/shim.sock", 0600, SOCK_SEQPACKET);
    fail_point("shim.listening");
}

void Shim::bring_up() {
    mount_root(options_);
    fail_point("shim.root-mounted");
    if (options_.terminal) {
        create_with_terminal();
    } else {
        create_with_pipes();
    }
    pid_ = read_pid_file(options_.run_folder + "/pid");
    fail_point("shim.program-created");
    runtime_.start();
    fail_point("shim.program-started");
    if (options_.explain) {
        trace::redirect(-1);
        runtime_.end_explanation();
        ::close(explain_fd);
    }
}

void Shim::create_with_terminal() {
    const ConsoleSocket console{options_.run_folder + "/console.sock"};
    const Fd null = open_file("/dev/null", O_RDWR);
    runtime_.create(options_.folder + "/bundle", options_.run_folder + "/pid", console.path(),
                    {null.get(), null.get(), null.get()});
    streams_.use_terminal(console.take_terminal());
    if (options_.columns != 0) streams_.resize(options_.columns, options_.rows);
}

void Shim::create_with_pipes() {
    const std::array<Fd, 3> inner = streams_.make_pipes(options_.open_stdin);
    runtime_.create(options_.folder + "/bundle", options_.run_folder + "/pid", "",
                    {inner[0].get(), inner[1].get(), inner[2].get()});
}

/// Those who attached before the start wait in the control socket. None of the container's output
/// has been read yet, so they get all of it.
void Shim::take_early_clients() {
    Fd& control = connections_.front();
    pollfd waiting{.fd = control.get(), .events = POLLIN, .revents = 0};
    while (control && ::poll(&waiting, 1, 0) > 0)
        serve_connection(control);
}

void Shim::fail(const Failed& failure) {
    try {
        runtime_.remove();
    } catch (const std::exception&) {
        // There may be nothing to remove; the first failure is the one worth telling.
    }
    write_exit_record(options_.folder, failure);
    clean_up_run_folder();
    // A socket that is closed with something unread in it drops what it had to say.
    take_early_clients();
    tell_watchers(failure);
}

void Shim::serve_until_exit() {
    PollLoop loop;
    while (!exit_) {
        loop.watch(child_signals_.get(), POLLIN, [this](short) { reap_children(); });
        loop.watch(listener_.get(), POLLIN, [this](short) { accept_connection_from_daemon(); });
        for (Fd& connection : connections_) {
            loop.watch(connection.get(), POLLIN,
                       [this, &connection](short) { serve_connection(connection); });
        }
        streams_.register_with(loop);
        loop.wait(execs_.register_with(loop));

        streams_.forget_gone_clients();
        execs_.forget_gone();
        connections_.remove_if([](const Fd& connection) { return !connection; });
    }
}

void Shim::reap_children() {
    signalfd_siginfo signal{};
    while (::read(child_signals_.get(), &signal, sizeof signal) > 0) {
    }
    for (;;) {
        siginfo_t child{};
        if (::waitid(P_ALL, 0, &child, WEXITED | WNOHANG) < 0 || child.si_pid == 0) return;
        const ExitStatus status = child.si_code == CLD_EXITED
                                      ? ExitStatus{.code = child.si_status}
                                      : ExitStatus{.signal = child.si_status};
        if (child.si_pid != pid_) {
            execs_.take_exit(child.si_pid, status);
            continue;
        }
        exit_ = Exited{status.shell_code(), false, to_rfc3339(now())};
    }
}

void Shim::record_exit() {
    fail_point("shim.program-ended");
    streams_.finish();
    exit_->oom_killed = ran_out_of_memory();
    try {
        runtime_.remove();
    } catch (const RuntimeError& error) {
        // The daemon tries again before the container's next start, and says so.
        const std::string line = options_.id + ": " + error.what() + "\n";
        [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, line.data(), line.size());
    }
    execs_.end_all();
    fail_point("shim.runtime-removed");
    write_exit_record(options_.folder, *exit_);
    fail_point("shim.exit-written");
    clean_up_run_folder();
    fail_point("shim.folder-removed");
    tell_watchers(*exit_);
}

/// Looked up before the runtime removes the group, and the count with it.
bool Shim::ran_out_of_memory() const {
    if (options_.cgroup.empty()) return false;
    try {
        return cgroups::Group::open(options_.cgroup).oom_kills() > 0;
    } catch (const std::exception&) {
        return false;  // the machine does not count, or the group is gone already
    }
}

void Shim::clean_up_run_folder() const {
    for (const char* name : {"/pid", "/runtime.log", "/shim.sock"})
        ::unlink((options_.run_folder + name).c_str());
    ::rmdir(options_.run_folder.c_str());
}

void Shim::see_clients_off() {
    listener_.reset();
    connections_.clear();
    PollLoop loop;
    while (streams_.has_clients() || !execs_.empty()) {
        const bool patient = streams_.has_output_waiting();
        const auto start = std::chrono::steady_clock::now();
        streams_.register_with(loop);
        execs_.register_with(loop);
        loop.wait(patient ? std::nullopt : std::optional{goodbye_time});
        streams_.forget_gone_clients();
        execs_.forget_gone();
        if (!patient && std::chrono::steady_clock::now() - start >= goodbye_time) return;
    }
}

void Shim::accept_connection_from_daemon() {
    connections_.push_back(accept_connection(listener_.get()));
}

void Shim::serve_connection(Fd& connection) {
    try {
        std::optional<Message> message = receive_message(connection.get());
        if (!message) {
            connection.reset();
            return;
        }
        const Request request = parse_request(message->bytes);
        if (const auto* exec = std::get_if<Exec>(&request)) {
            return execs_.start(*exec, *message, std::move(connection), runtime_);
        }
        const Report report = answer(request, *message);
        send_message(connection.get(), to_message(report));
    } catch (const BadParameter& error) {
        send_message(connection.get(), to_message(Refused{error.what()}));
    } catch (const SystemError&) {
        // The daemon at the other end is gone.
        connection.reset();
    }
}

Report Shim::answer(const Request& request, Message& message) {
    if (std::holds_alternative<Watch>(request)) return Started{pid_};
    if (const auto* attach = std::get_if<Attach>(&request)) {
        if (message.descriptors.empty()) return Refused{"attach: no socket came with it"};
        std::string early = early_input(message);
        streams_.add_client(std::move(message.descriptors[0]), *attach, std::move(early));
        return Done{};
    }
    if (const auto* size = std::get_if<Resize>(&request)) {
        if (size->exec.empty()) {
            streams_.resize(size->columns, size->rows);
        } else {
            execs_.resize(*size);
        }
        return Done{};
    }
    // As long as it has not been reaped, its PID is its own.
    const Kill& kill = std::get<Kill>(request);
    if (exit_ || !kernel::kill(pid_, kill.signal, {1, "somebody asked for it"})) {
        return Refused{"the container has ended"};
    }
    return Done{};
}

void Shim::tell_watchers(const Report& report) {
    for (Fd& connection : connections_) {
        try {
            if (connection) send_message(connection.get(), to_message(report));
        } catch (const SystemError&) {
            connection.reset();
        }
    }
}

}  // namespace minidock::shim
