// Watching the shims: one small thread a running container, asleep until the container ends.
#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <filesystem>
#include <thread>

#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/containers/containers.hpp"
#include "minidock/containers/runtime_choice.hpp"

namespace minidock::containers {
namespace {

/// How a container ended that nobody saw end: Docker's number for it.
constexpr int unknown_exit_code = 255;

/// @return false when the threads shall end
bool wait_for(int fd, const Fd& stop_event) {
    std::array<pollfd, 2> either{pollfd{.fd = fd, .events = POLLIN, .revents = 0},
                                 pollfd{.fd = stop_event.get(), .events = POLLIN, .revents = 0}};
    while (::poll(either.data(), either.size(), -1) < 0) {
        if (errno != EINTR) throw SystemError("wait for a shim");
    }
    return either[1].revents == 0;
}

}  // namespace

Containers::Containers(Places places, image::Store& images, EventBus& events)
    : places_{std::move(places)},
      images_{images},
      events_{events},
      machine_{Machine::look()},
      seccomp_profile_(read_json_file(places_.seccomp_profile)),
      stop_event_{::eventfd(0, EFD_CLOEXEC)} {
    if (!stop_event_) throw SystemError("make an eventfd");
    std::filesystem::create_directories(places_.data_root + "/containers");
    std::filesystem::create_directories(places_.exec_root);
}

Containers::~Containers() {
    end_background_work();
}

void Containers::end_background_work() {
    ::eventfd_write(stop_event_.get(), 1);
    std::unique_lock lock{background_mutex_};
    no_background_threads_.wait(lock, [&] { return background_threads_ == 0; });
}

void Containers::add(LifeExtension& extension) {
    extensions_.push_back(&extension);
}

void Containers::announce(const Container& container, std::string action,
                          std::map<std::string, std::string> attributes) const {
    const Config& config = container.definition().config;
    attributes["name"] = container.name();
    attributes["image"] = config.image;
    attributes.insert(config.labels.begin(), config.labels.end());
    events_.publish({.type = "container",
                     .action = std::move(action),
                     .id = container.id(),
                     .attributes = std::move(attributes)});
}

void Containers::run_in_background(const ContainerPtr& container, std::function<void()> work) {
    {
        const std::lock_guard lock{background_mutex_};
        ++background_threads_;
    }
    std::thread{[this, container, work = std::move(work)]() mutable {
        try {
            work();
        } catch (const std::exception& error) {
            log::error("container {}: {}", short_id(container->id()), error.what());
        }
        work = {};  // what it holds goes before we are said to be done
        const std::lock_guard lock{background_mutex_};
        --background_threads_;
        no_background_threads_.notify_all();
    }}.detach();
}

void Containers::watch(const ContainerPtr& container, ShimWatch watch) {
    auto shared = std::make_shared<ShimWatch>(std::move(watch));
    run_in_background(container, [this, container, shared] {
        try {
            follow_shim(container, *shared);
        } catch (const std::exception& error) {
            log::error("container {}: {}", short_id(container->id()), error.what());
        }
        // Without us the shim goes on, and a later daemon finds it.
        if (shared->child) shared->child->detach();
    });
}

void Containers::follow_shim(const ContainerPtr& container, ShimWatch& watch) {
    if (!wait_for(watch.socket.get(), stop_event_)) return;
    const auto report = watch.next();
    if (!report) {
        handle_lost_shim(container);
    } else if (const auto* exit = std::get_if<shim::Exited>(&*report)) {
        handle_exit(container, *exit);
    }
    // It may still serve clients that read slowly.
    if (watch.child && wait_for(watch.child->pidfd(), stop_event_)) watch.child->wait();
}

void Containers::handle_exit(const ContainerPtr& container, const shim::Exited& exit) {
    // Before anybody is told: whoever starts it again must not meet what is left of this run.
    for (auto e = extensions_.rbegin(); e != extensions_.rend(); ++e)
        (*e)->after_exit(*container);
    // The shim has done it, unless it or an earlier daemon died over something.
    std::error_code ignored;
    std::filesystem::remove_all(run_folder(*container), ignored);
    const Timestamp end = from_rfc3339(exit.time).value_or(now());
    const auto delay = container->set_exited(exit.exit_code, exit.oom_killed, end);
    log::info("container {} ended with exit code {}{}", short_id(container->id()), exit.exit_code,
              exit.oom_killed ? " (out of memory)" : "");
    if (exit.oom_killed) announce(*container, "oom");
    const auto ran_for = end - container->state().started_at.value_or(end);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(ran_for).count();
    announce(*container, "die",
             {{"exitCode", std::to_string(exit.exit_code)},
              {"execDuration", std::to_string(std::max<std::int64_t>(seconds, 0))}});
    container->tell_of_exit(exit.exit_code);
    if (delay) {
        restart_after(container, *delay);
    } else if (container->goes_at_exit()) {
        remove(container, false, true);
    }
}

/// As the restart policy has it. Between now and then somebody may cancel that.
void Containers::restart_after(const ContainerPtr& container, std::chrono::milliseconds delay) {
    const int count = container->state().restart_count;
    run_in_background(container, [this, container, delay, count] {
        pollfd stop{.fd = stop_event_.get(), .events = POLLIN, .revents = 0};
        if (::poll(&stop, 1, static_cast<int>(delay.count())) > 0) return;
        const Container::Operation operation{*container};
        const State state = container->state();
        if (state.status != Status::restarting || state.restart_count != count) return;
        try {
            launch(container, -1);
        } catch (const StartError&) {
            // Noted with the container.
        }
    });
}

/// The shim was killed, or the machine has been started anew. If the shim has left no record of the
/// end, what is left of the container is killed: nobody reads its output any more.
void Containers::handle_lost_shim(const ContainerPtr& container) {
    const auto record = shim::read_exit_record(container->folder());
    if (record && std::holds_alternative<shim::Exited>(*record)) {
        return handle_exit(container, std::get<shim::Exited>(*record));
    }
    log::warning("container {}: its shim is gone; what is left of the container is killed",
                 short_id(container->id()));
    kill_what_is_left(*container);
    handle_exit(container, {unknown_exit_code, false, to_rfc3339(now())});
}

void Containers::kill_what_is_left(const Container& container) {
    const std::string runtime =
        runtime_path(container.definition().host_config.runtime, places_.runtime);
    const ExitStatus removal =
        spawn({.path = runtime,
               .arguments = {runtime, "--root", places_.exec_root + "/runtime", "delete", "--force",
                             container.id()}})
            .wait();
    if (!removal.success()) {
        log::warning("container {}: the runtime could not delete it", short_id(container.id()));
    }
    std::error_code ignored;
    std::filesystem::remove_all(run_folder(container), ignored);
}

}  // namespace minidock::containers
