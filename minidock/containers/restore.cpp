// After a start of the daemon: finding again the containers that an earlier one has left. It may
// have been killed at any moment, so nothing is believed that is not on disk or answers.
#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/containers/containers.hpp"

namespace minidock::containers {

namespace fs = std::filesystem;

void Containers::restore() {
    std::vector<std::string> ids;
    for (const auto& entry : fs::directory_iterator{places_.data_root + "/containers"})
        ids.push_back(entry.path().filename());
    for (const std::string& id : ids) {
        try {
            restore_one(id);
        } catch (const std::exception& error) {
            log::error("container {} is left as it is: {}", short_id(id), error.what());
        }
    }
}

void Containers::restore_one(const std::string& id) {
    const std::string folder = folder_of(id);
    if (!fs::exists(folder + "/config.json")) {
        // Written last when a container is made, so this one never was.
        fs::remove_all(folder);
        log::warning("container {} had been created by half, or removed by half: removed",
                     short_id(id));
        return;
    }
    const auto container =
        std::make_shared<Container>(parse_definition(read_json_file(folder + "/config.json")),
                                    parse_state(read_json_file(folder + "/state.json")), folder);
    registry_.reserve(container->name(), id);
    registry_.add(container);
    catch_up(container);
}

/// From what state.json says to what is true now.
void Containers::catch_up(const ContainerPtr& container) {
    const std::string id = short_id(container->id());
    const State state = container->state();
    if (state.status == Status::removing) {
        log::warning("container {} was being removed: goes on", id);
        return remove_stopped(container, container->definition().host_config.auto_remove);
    }
    if (state.status == Status::restarting) {
        return restart_after(container, std::chrono::milliseconds{0});
    }
    // There as long as a shim is, also one whose start nobody has seen succeed.
    if (fs::exists(run_folder(*container))) {
        try {
            ShimWatch watch = watch_shim(run_folder(*container));
            const auto report = watch.next();
            if (report && std::holds_alternative<shim::Started>(*report)) {
                const pid_t pid = std::get<shim::Started>(*report).pid;
                if (!state.is_running()) container->set_running(pid, now());
                log::info("container {} runs on", id);
                for (LifeExtension* extension : extensions_)
                    extension->started(*container);
                return this->watch(container, std::move(watch));
            }
        } catch (const SystemError&) {
            // Nobody answers: the shim has ended, or was killed.
        }
    }
    const auto record = shim::read_exit_record(container->folder());
    if (record && std::holds_alternative<shim::Failed>(*record) && !state.is_running()) {
        const auto& failure = std::get<shim::Failed>(*record);
        container->set_start_failure(failure.exit_code, failure.message);
    } else if (state.is_running() || fs::exists(run_folder(*container))) {
        handle_lost_shim(container);
    } else if (state.status == Status::created && record) {
        // It ran and ended before anybody noted that it had been started.
        handle_exit(container, std::get<shim::Exited>(*record));
    } else if (container->definition().host_config.restart_policy.wants_start_with_daemon(state)) {
        log::info("container {} is started, as its restart policy has it", id);
        container->forget_restarts();
        container->set_restarting();
        restart_after(container, std::chrono::milliseconds{0});
    }
}

std::vector<image::ImageUser> Containers::image_users() const {
    std::vector<image::ImageUser> users;
    for (const ContainerPtr& container : registry_.list()) {
        const Definition& definition = container->definition();
        users.push_back({.container_id = definition.id,
                         .image_id = definition.image,
                         .running = container->state().is_running(),
                         .chain_ids = definition.chain_ids});
    }
    return users;
}

}  // namespace minidock::containers
