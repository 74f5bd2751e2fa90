#include "minidock/containers/container.hpp"

#include <poll.h>

#include <algorithm>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"

namespace minidock::containers {

Container::Container(Definition definition, State state, std::string folder)
    : folder_{std::move(folder)}, state_{std::move(state)} {
    definitions_.push_back(std::make_unique<const Definition>(std::move(definition)));
    definition_ = definitions_.back().get();
    const HostConfig& host = this->definition().host_config;
    console_size_ = {host.console_columns, host.console_rows};
}

void Container::set_definition(Definition definition) {
    write_atomically(folder_ + "/config.json", to_json(definition).dump(1) + "\n",
                     Durability::power_loss);
    const std::lock_guard lock{mutex_};
    definitions_.push_back(std::make_unique<const Definition>(std::move(definition)));
    definition_ = definitions_.back().get();
}

Health Container::health() const {
    const std::lock_guard lock{mutex_};
    return health_;
}

void Container::set_health(Health health) {
    const std::lock_guard lock{mutex_};
    health_ = std::move(health);
}

State Container::state() const {
    const std::lock_guard lock{mutex_};
    return state_;
}

bool Container::is_removed() const {
    const std::lock_guard lock{mutex_};
    return removed_;
}

Container::Operation::Operation(Container& container) : container_{container} {
    std::unique_lock lock{container_.mutex_};
    container_.changed_.wait(lock, [&] { return !container_.busy_; });
    container_.busy_ = true;
}

Container::Operation::~Operation() {
    const std::lock_guard lock{container_.mutex_};
    container_.busy_ = false;
    container_.changed_.notify_all();
}

void Container::change(const std::function<void(State&)>& how) {
    {
        const std::lock_guard lock{mutex_};
        how(state_);
        changed_.notify_all();
    }
    save();
}

void Container::save() {
    const std::lock_guard file_lock{file_mutex_};
    State current;
    {
        const std::lock_guard lock{mutex_};
        if (removed_) return;
        current = state_;
    }
    // After a power failure no container runs, and how those ended that ran is not known anyway.
    write_atomically(folder_ + "/state.json", to_json(current).dump(1) + "\n", Durability::crash);
}

void Container::set_running(pid_t pid, Timestamp time) {
    change([&](State& state) {
        state.status = Status::running;
        state.pid = pid;
        state.exit_code = 0;
        state.oom_killed = false;
        state.error.clear();
        state.started_at = time;
    });
}

void Container::set_start_failure(int exit_code, const std::string& error) {
    change([&](State& state) {
        if (state.status == Status::restarting) state.status = Status::exited;
        state.pid = 0;
        state.exit_code = exit_code;
        state.error = error;
    });
}

std::optional<std::chrono::milliseconds> Container::set_exited(int exit_code, bool oom_killed,
                                                               Timestamp time) {
    std::optional<std::chrono::milliseconds> restart_after;
    {
        const std::lock_guard lock{mutex_};
        state_.pid = 0;
        state_.exit_code = exit_code;
        state_.oom_killed = oom_killed;
        state_.finished_at = time;
        if (definition().host_config.restart_policy.wants_restart(state_)) {
            restart_after = restart_delay_.next(time - state_.started_at.value_or(time));
            ++state_.restart_count;
        }
        state_.status = restart_after ? Status::restarting : Status::exited;
    }
    // The shim's own record of the exit is there until the next start: nobody needs to wait for
    // this one. A container that goes now does not need it at all.
    if (!definition().host_config.auto_remove) save();
    return restart_after;
}

void Container::tell_of_exit(int exit_code) {
    const std::lock_guard lock{mutex_};
    tell([](WaitFor condition) { return condition != WaitFor::removed; }, {exit_code, ""});
    changed_.notify_all();
}

void Container::forget_restarts() {
    const std::lock_guard lock{mutex_};
    state_.restart_count = 0;
    state_.manually_stopped = false;
    restart_delay_ = {};
}

void Container::set_restarting() {
    change([](State& state) { state.status = Status::restarting; });
}

bool Container::forbid_restart() {
    bool waited = false;
    change([&](State& state) {
        waited = state.status == Status::restarting;
        if (waited) state.status = Status::exited;
        state.manually_stopped = true;
    });
    return waited;
}

bool Container::goes_at_exit() const {
    const std::lock_guard lock{mutex_};
    return definition().host_config.auto_remove && !spared_;
}

void Container::spare_at_exit(bool spare) {
    const std::lock_guard lock{mutex_};
    spared_ = spare;
}

void Container::set_paused(bool paused) {
    change([&](State& state) { state.status = paused ? Status::paused : Status::running; });
}

void Container::set_removing() {
    change([](State& state) { state.status = Status::removing; });
}

void Container::set_dead(const std::string& error) {
    change([&](State& state) {
        state.status = Status::dead;
        state.error = error;
    });
    const std::lock_guard lock{mutex_};
    tell([](WaitFor condition) { return condition == WaitFor::removed; },
         {state_.exit_code, error});
}

void Container::set_name(const std::string& name) {
    change([&](State& state) { state.name = name; });
}

void Container::set_removed() {
    const std::lock_guard lock{mutex_};
    removed_ = true;
    early_clients_.clear();
    tell([](WaitFor) { return true; }, {state_.exit_code, ""});
    changed_.notify_all();
}

/// Called with the lock held.
void Container::tell(const std::function<bool(WaitFor)>& concerned, const WaitResult& result) {
    std::erase_if(waiters_, [&](const std::weak_ptr<Waiter>& weak) {
        const std::shared_ptr<Waiter> waiter = weak.lock();
        if (!waiter) return true;  // has given up
        if (!concerned(waiter->condition())) return false;
        waiter->fulfil(result);
        return true;
    });
}

std::shared_ptr<Waiter> Container::wait(WaitFor condition) {
    auto waiter = std::make_shared<Waiter>(condition);
    const std::lock_guard lock{mutex_};
    if (removed_ || (condition == WaitFor::not_running && !state_.is_running())) {
        waiter->fulfil({state_.exit_code, ""});
    } else {
        waiters_.push_back(waiter);
    }
    return waiter;
}

bool Container::wait_until_stopped(std::optional<std::chrono::milliseconds> timeout) {
    std::unique_lock lock{mutex_};
    const auto stopped = [&] { return removed_ || !state_.is_running(); };
    if (timeout) return changed_.wait_for(lock, *timeout, stopped);
    changed_.wait(lock, stopped);
    return true;
}

namespace {

bool has_hung_up(const EarlyClient& client) {
    pollfd socket{.fd = client.socket.get(), .events = 0, .revents = 0};
    return ::poll(&socket, 1, 0) > 0 && (socket.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace

std::optional<EarlyClient> Container::keep_until_start(EarlyClient client) {
    const std::lock_guard lock{mutex_};
    if (state_.is_running()) return client;
    std::erase_if(early_clients_, has_hung_up);
    if (!removed_) early_clients_.push_back(std::move(client));
    return std::nullopt;
}

std::vector<EarlyClient> Container::take_early_clients() {
    const std::lock_guard lock{mutex_};
    return std::exchange(early_clients_, {});
}

void Container::set_console_size(std::uint16_t columns, std::uint16_t rows) {
    const std::lock_guard lock{mutex_};
    console_size_ = {columns, rows};
}

shim::Resize Container::console_size() const {
    const std::lock_guard lock{mutex_};
    return console_size_;
}

}  // namespace minidock::containers
