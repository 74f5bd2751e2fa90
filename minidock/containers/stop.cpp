// What is done to a running container.
#include <fmt/format.h>

#include <csignal>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/cgroups/group.hpp"
#include "minidock/containers/containers.hpp"

namespace minidock::containers {
namespace {

/// After SIGKILL, the time in which the kernel must have ended a container.
constexpr std::chrono::seconds kill_time{10};

bool is_running(const Container& container) {
    return container.state().is_running();
}

Conflict not_running(const Container& container) {
    return Conflict(fmt::format("container {} is not running", container.id()));
}

}  // namespace

void Containers::send_signal(Container& container, int signal) {
    const auto refuse = [&] {
        throw Conflict(fmt::format("cannot kill container: {}: {}", container.name(),
                                   not_running(container).what()));
    };
    if (!is_running(container)) refuse();
    try {
        const shim::Report answer = ask_shim(run_folder(container), shim::Kill{signal});
        if (std::holds_alternative<shim::Refused>(answer)) refuse();
    } catch (const SystemError&) {
        // The shim is gone: it has ended between our look and our request.
        refuse();
    }
    // A frozen process of cgroup v1 takes no signal, not even this one.
    if (signal == SIGKILL && container.state().status == Status::paused) {
        cgroups::Group::open(cgroup_of(container)).thaw();
        container.set_paused(false);
    }
    announce(container, "kill", {{"signal", std::to_string(signal)}});
}

void Containers::kill(Container& container, int signal) {
    const std::string& stop_signal = container.definition().config.stop_signal;
    const int ending_signal = stop_signal.empty() ? SIGTERM : parse_signal(stop_signal);
    if (signal == SIGKILL || signal == ending_signal) {
        if (cancel_restart(container)) return;
    }
    send_signal(container, signal);
    // As Docker does: whoever has killed it may count on its end.
    if (signal == SIGKILL) container.wait_until_stopped(kill_time);
}

bool Containers::stop(const ContainerPtr& container, int signal,
                      std::optional<std::chrono::seconds> timeout) {
    const State state = container->state();
    if (!state.is_up()) return false;
    if (cancel_restart(*container)) {
        announce(*container, "stop");
        return true;
    }
    // A frozen process takes no signal but the last.
    if (state.status == Status::paused && signal != SIGKILL) unpause(*container);
    try {
        send_signal(*container, signal);
        if (!container->wait_until_stopped(timeout)) {
            log::info("container {} has not ended {} seconds after signal {}: it is killed",
                      short_id(container->id()), timeout->count(), signal);
            end_by_force(container);
        }
    } catch (const Conflict&) {
        // It ends at this moment, by itself or by somebody else.
        container->wait_until_stopped(kill_time);
    }
    announce(*container, "stop");
    return true;
}

/// The restart policy starts it no more. A start that is under way comes first: what it has started
/// is then there to be ended.
/// @return whether it was waiting for its next start, and has thereby ended
bool Containers::cancel_restart(Container& container) {
    const Container::Operation operation{container};
    return container.forbid_restart();
}

void Containers::end_by_force(const ContainerPtr& container) {
    try {
        send_signal(*container, SIGKILL);
    } catch (const Conflict&) {
        // It ends at this moment.
    }
    if (!container->wait_until_stopped(kill_time)) {
        throw std::runtime_error{"container " + container->id() + " does not end"};
    }
}

void Containers::restart(const ContainerPtr& container, int signal,
                         std::optional<std::chrono::seconds> timeout) {
    container->spare_at_exit(true);
    try {
        stop(container, signal, timeout);
        start(container);
    } catch (...) {
        container->spare_at_exit(false);
        throw;
    }
    container->spare_at_exit(false);
    announce(*container, "restart");
}

void Containers::pause(Container& container) {
    const Container::Operation operation{container};
    const State state = container.state();
    if (state.status == Status::paused) {
        throw Conflict(fmt::format("container {} is already paused", container.id()));
    }
    if (!state.is_running()) throw not_running(container);
    cgroups::Group::open(cgroup_of(container)).freeze();
    container.set_paused(true);
    announce(container, "pause");
}

void Containers::unpause(Container& container) {
    const Container::Operation operation{container};
    if (container.state().status != Status::paused) {
        throw Conflict(fmt::format("container {} is not paused", container.id()));
    }
    cgroups::Group::open(cgroup_of(container)).thaw();
    container.set_paused(false);
    announce(container, "unpause");
}

void Containers::resize(Container& container, std::uint16_t columns, std::uint16_t rows) {
    container.set_console_size(columns, rows);
    if (!is_running(container)) return;
    try {
        ask_shim(run_folder(container), shim::Resize{columns, rows});
        announce(container, "resize",
                 {{"height", std::to_string(rows)}, {"width", std::to_string(columns)}});
    } catch (const SystemError&) {
        // It has just ended, and has no window any more.
    }
}

void Containers::attach(Container& container, EarlyClient client) {
    announce(container, "attach");
    hand_over(container, std::move(client));
}

void Containers::hand_over(Container& container, EarlyClient client) {
    std::optional<EarlyClient> now = container.keep_until_start(std::move(client));
    if (!now) return;
    std::vector<int> descriptors{now->socket.get()};
    if (now->early_input) descriptors.push_back(now->early_input.get());
    try {
        ask_shim(run_folder(container), now->wish, descriptors);
    } catch (const SystemError&) {
        // It has just ended; closing the client's socket says so.
    }
}

}  // namespace minidock::containers
