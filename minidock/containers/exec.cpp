#include "minidock/containers/exec.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fail_point.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/unix_socket.hpp"
#include "minidock/cgroups/hierarchy.hpp"
#include "minidock/containers/running_root.hpp"
#include "minidock/containers/spec.hpp"
#include "minidock/shim/detach_keys.hpp"

namespace minidock::containers {
namespace {

std::string command_text(const ExecConfig& config) {
    std::string text;
    for (const std::string& word : config.cmd)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

void require_running(const Container& container) {
    const State state = container.state();
    if (state.status == Status::paused) {
        throw Conflict(fmt::format("container {} is paused, unpause the container before exec",
                                   container.id()));
    }
    if (!state.is_running()) {
        throw Conflict(fmt::format("container {} is not running", container.id()));
    }
}

bool is_readable(int fd) {
    pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
    return ::poll(&entry, 1, 0) > 0;
}

}  // namespace

ExecConfig read_exec_config(const Json& body) {
    const JsonReader reader{body};
    ExecConfig config{.attach_stdin = reader.boolean_or("AttachStdin", false),
                      .attach_stdout = reader.boolean_or("AttachStdout", false),
                      .attach_stderr = reader.boolean_or("AttachStderr", false),
                      .tty = reader.boolean_or("Tty", false),
                      .privileged = reader.boolean_or("Privileged", false),
                      .detach_keys = reader.string_or("DetachKeys", ""),
                      .user = reader.string_or("User", ""),
                      .working_dir = reader.string_or("WorkingDir", ""),
                      .env = reader.strings_or_none("Env"),
                      .cmd = reader.strings_or_none("Cmd")};
    if (const auto size = reader.find("ConsoleSize")) {
        const std::vector<JsonReader> pair = size->elements();
        if (pair.size() != 2) size->reject("want [height, width]");
        config.rows = static_cast<std::uint16_t>(pair[0].natural32());
        config.columns = static_cast<std::uint16_t>(pair[1].natural32());
    }
    if (config.cmd.empty()) throw BadParameter("No exec command specified");
    return config;
}

Exec::State Exec::state() {
    std::unique_lock lock{mutex_};
    started_.wait(lock, [&] { return state_.status != Status::starting; });
    take_report();
    return state_;
}

bool Exec::has_ended() {
    const std::lock_guard lock{mutex_};
    take_report();
    return state_.status == Status::ended;
}

void Exec::set(State state, Fd shim) {
    const std::lock_guard lock{mutex_};
    state_ = state;
    shim_ = std::move(shim);
    started_.notify_all();
}

/// Called with the lock held.
void Exec::take_report() {
    if (state_.status != Status::running || !shim_ || !is_readable(shim_.get())) return;
    std::optional<Message> message;
    try {
        message = receive_message(shim_.get());
    } catch (const SystemError&) {
        // As below.
    }
    state_.status = Status::ended;
    state_.pid = 0;
    state_.exit_code = 128 + SIGKILL;  // the shim itself is gone, and all that it held
    shim_.reset();
    if (!message) return;
    const shim::Report report = shim::parse_report(message->bytes);
    if (const auto* exited = std::get_if<shim::Exited>(&report))
        state_.exit_code = exited->exit_code;
}

ExecPtr Execs::create(const ContainerPtr& container, ExecConfig config) {
    require_running(*container);
    forget_old(*container);
    auto exec = std::make_shared<Exec>(random_id(), container, std::move(config));
    containers_.announce(*container, "exec_create: " + command_text(exec->config()),
                         {{"execID", exec->id()}});
    const std::lock_guard lock{mutex_};
    execs_.emplace(exec->id(), exec);
    fail_point("exec.created");
    return exec;
}

ExecPtr Execs::get(const std::string& id) const {
    const std::lock_guard lock{mutex_};
    const auto found = execs_.lower_bound(id);
    if (id.empty() || found == execs_.end() || !found->first.starts_with(id)) {
        throw NotFound("No such exec instance: " + id);
    }
    return found->second;
}

void Execs::describe(const Container& container, Json& inspect) const {
    const std::lock_guard lock{mutex_};
    Json ids = Json::array();
    for (const auto& [id, exec] : execs_) {
        if (exec->container()->id() == container.id() && !exec->has_ended()) ids.push_back(id);
    }
    inspect["ExecIDs"] = ids.empty() ? Json{} : ids;
}

/// Clients ask for the exit code after the end, so the last ones are kept; older ones of the same
/// container go, and those of containers that are no more.
void Execs::forget_old(const Container& container) {
    constexpr std::size_t most_ended = 64;
    const std::lock_guard lock{mutex_};
    std::size_t ended = 0;
    std::erase_if(execs_, [&](const auto& entry) {
        Exec& exec = *entry.second;
        if (exec.container()->is_removed()) return true;
        if (exec.container()->id() != container.id()) return false;
        return exec.has_ended() && ++ended > most_ended;
    });
}

void Execs::claim(Exec& exec) {
    require_running(*exec.container());
    const std::lock_guard lock{exec.mutex_};
    exec.take_report();
    if (exec.state_.status == Exec::Status::running) {
        throw Conflict(fmt::format("exec command {} is already running", exec.id()));
    }
    if (exec.state_.status != Exec::Status::created) {
        throw Conflict(fmt::format("exec command {} has already run", exec.id()));
    }
    exec.state_.status = Exec::Status::starting;
}

void Execs::write_process(const Exec& exec) const {
    const Container& container = *exec.container();
    const Definition& definition = container.definition();
    const ExecConfig& wish = exec.config();
    Config config = definition.config;
    HostConfig host = definition.host_config;
    config.entrypoint.clear();
    config.cmd = wish.cmd;
    config.tty = wish.tty;
    config.env.insert(config.env.end(), wish.env.begin(), wish.env.end());
    if (!wish.working_dir.empty()) config.working_dir = wish.working_dir;
    if (!wish.user.empty()) config.user = wish.user;
    host.privileged = host.privileged || wish.privileged;

    const Fd root = open_running_root(container);
    const Json none;
    const Json process = make_process({.id = definition.id,
                                       .config = config,
                                       .host = host,
                                       .user = resolve_user(root, config.user, host.group_add),
                                       .folder = container.folder(),
                                       .cgroup = containers_.cgroup_of(container),
                                       .seccomp_profile = none});
    write_atomically(containers_.run_folder(container) + "/" + exec.id() + ".json",
                     process.dump() + "\n", Durability::crash);
}

void Execs::start(const ExecPtr& exec, const Fd& client, const Fd& early_input) {
    const ExecConfig& config = exec->config();
    const std::string folder = containers_.run_folder(*exec->container());
    const auto fail = [&](int code, const std::string& why) {
        exec->set({.status = Exec::Status::ended, .pid = 0, .exit_code = code}, Fd{});
        throw StartError(why);
    };
    try {
        write_process(*exec);
        fail_point("exec.process-written");
        std::vector<int> descriptors;
        if (client) descriptors.push_back(client.get());
        if (client && early_input) descriptors.push_back(early_input.get());
        const std::string keys = config.detach_keys.empty() ? "ctrl-p,ctrl-q" : config.detach_keys;
        Fd shim = connect_unix(folder + "/shim.sock", SOCK_SEQPACKET);
        send_message(
            shim.get(),
            to_message(shim::Exec{
                .id = exec->id(),
                .terminal = config.tty,
                .columns = config.columns,
                .rows = config.rows,
                .streams = {.input = config.attach_stdin,
                            .output = config.attach_stdout,
                            .errors = config.attach_stderr,
                            .detach_keys =
                                config.tty ? shim::parse_detach_keys(keys).value_or("") : ""}}),
            descriptors);
        fail_point("exec.sent");
        const auto answer = receive_message(shim.get());
        fail_point("exec.started");
        if (!answer) throw SystemError("get an answer from the shim", ECONNRESET);
        const shim::Report report = shim::parse_report(answer->bytes);
        if (const auto* failure = std::get_if<shim::Failed>(&report)) {
            fail(failure->exit_code, failure->message);
        }
        if (!std::holds_alternative<shim::Started>(report)) fail(126, to_message(report));
        exec->set({.status = Exec::Status::running,
                   .pid = std::get<shim::Started>(report).pid,
                   .exit_code = 0},
                  std::move(shim));
    } catch (const StartError&) {
        throw;
    } catch (const std::exception& error) {
        ::unlink((folder + "/" + exec->id() + ".json").c_str());
        fail(126, error.what());
    }
    containers_.announce(*exec->container(), "exec_start: " + command_text(config),
                         {{"execID", exec->id()}});
    watch(exec);
}

/// Announces the end when it comes.
void Execs::watch(const ExecPtr& exec) {
    Fd own_end;
    {
        const std::lock_guard lock{exec->mutex_};
        if (exec->shim_) own_end = duplicate(exec->shim_);
    }
    containers_.run_in_background(
        exec->container(), [this, exec, fd = std::make_shared<Fd>(std::move(own_end))] {
            std::array<pollfd, 2> either{
                pollfd{.fd = fd->get(), .events = POLLIN, .revents = 0},
                pollfd{.fd = containers_.stop_fd(), .events = POLLIN, .revents = 0}};
            while (*fd && ::poll(either.data(), either.size(), -1) < 0 && errno == EINTR) {
            }
            if (either[1].revents != 0) return;
            containers_.announce(
                *exec->container(), "exec_die",
                {{"execID", exec->id()}, {"exitCode", std::to_string(exec->state().exit_code)}});
        });
}

void Execs::resize(Exec& exec, std::uint16_t columns, std::uint16_t rows) {
    if (exec.state().status != Exec::Status::running) {
        throw Conflict(fmt::format("exec {} is not running", exec.id()));
    }
    try {
        ask_shim(containers_.run_folder(*exec.container()), shim::Resize{columns, rows, exec.id()});
    } catch (const SystemError&) {
        // The container has just ended.
    }
}

namespace {

/// What the frames of a stream hold, as far as they are whole.
std::string payload_of(std::string_view frames) {
    constexpr std::size_t head = 8;
    std::string text;
    while (frames.size() > head) {
        std::size_t length = 0;
        for (std::size_t i = 4; i < head; ++i)
            length = length << 8U | static_cast<unsigned char>(frames[i]);
        text += frames.substr(head, length);
        frames.remove_prefix(std::min(frames.size(), head + length));
    }
    return text;
}

}  // namespace

Execs::Result Execs::run(const ContainerPtr& container, ExecConfig config,
                         std::chrono::nanoseconds timeout) {
    constexpr std::size_t most_output = 4096;
    config.attach_stdout = config.attach_stderr = true;
    const ExecPtr exec = create(container, std::move(config));
    claim(*exec);
    auto [ours, its] = socket_pair(SOCK_STREAM);
    start(exec, its, Fd{});
    its.reset();
    const pid_t pid = exec->state().pid;

    // Its output ends when it does, and all that it has started.
    std::string frames;
    const auto end = std::chrono::steady_clock::now() + timeout;
    bool in_time = true;
    for (;;) {
        std::array<pollfd, 2> either{
            pollfd{.fd = ours.get(), .events = POLLIN, .revents = 0},
            pollfd{.fd = containers_.stop_fd(), .events = POLLIN, .revents = 0}};
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        const auto wait = std::max<std::int64_t>(left.count(), 0);
        const int happened = ::poll(either.data(), either.size(), static_cast<int>(wait));
        if (happened < 0 && errno == EINTR) continue;
        in_time = happened > 0 && either[1].revents == 0;
        if (!in_time) break;
        std::array<char, 4096> piece{};
        const ssize_t n = ::recv(ours.get(), piece.data(), piece.size(), 0);
        if (n <= 0) break;
        if (frames.size() < 2 * most_output)
            frames.append(piece.data(), static_cast<std::size_t>(n));
    }
    Result result{.exit_code = std::nullopt, .output = payload_of(frames).substr(0, most_output)};
    if (in_time) {
        result.exit_code = exec->state().exit_code;
    } else if (pid > 0) {
        ::kill(pid, SIGKILL);
    }
    return result;
}

}  // namespace minidock::containers
