// The containers of this machine and what can be done with them: what the API's requests come to.
//
// Every function may be called from any thread. An operation on one container never waits for
// another container.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/containers/container.hpp"
#include "minidock/containers/events.hpp"
#include "minidock/containers/life_extension.hpp"
#include "minidock/containers/registry.hpp"
#include "minidock/containers/shim_link.hpp"
#include "minidock/containers/validation.hpp"
#include "minidock/image/store.hpp"

namespace minidock::containers {

struct Places {
    std::string data_root;        ///< /var/lib/minidock
    std::string exec_root;        ///< /run/minidock
    std::string shim;             ///< the program minidock-shim
    std::string runtime;          ///< the OCI runtime's program
    std::string cgroup_parent;    ///< "/minidock"
    std::string seccomp_profile;  ///< Docker's default profile, a file
};

/// The runtime could not start the container; what() has its words.
class StartError : public RequestError {
    using RequestError::RequestError;
};

class Containers {
  public:
    /// @param images, events  outlive this
    Containers(Places places, image::Store& images, EventBus& events);
    ~Containers();
    Containers(const Containers&) = delete;
    Containers& operator=(const Containers&) = delete;

    /// Ends the background work, and waits for it. Containers go on running. Before anything goes
    /// that extensions need.
    void end_background_work();

    /// Lets an extension, which must outlive this, take part in the containers' lives. Before
    /// restore() only.
    void add(LifeExtension& extension);
    /// Finds the containers of an earlier daemon again: watches those that run, learns how those
    /// ended that do not, and finishes what was left half-done.
    void restore();

    [[nodiscard]] ContainerPtr get(std::string_view name_or_id) const {
        return registry_.get(name_or_id);
    }
    [[nodiscard]] std::vector<ContainerPtr> list() const { return registry_.list(); }
    [[nodiscard]] const Places& places() const noexcept { return places_; }
    [[nodiscard]] image::Store& images() const noexcept { return images_; }
    [[nodiscard]] EventBus& events() const noexcept { return events_; }
    [[nodiscard]] const std::vector<LifeExtension*>& extensions() const { return extensions_; }

    struct Created {
        std::string id;
        std::vector<std::string> warnings;
    };
    /// @param body  of the create request
    /// @param name  empty: a random one
    Created create(const Json& body, const std::string& name);

    /// @param explain  where the kernel calls are told; -1: nowhere
    /// @return false when it runs already
    /// @throws StartError in the runtime's words
    bool start(const ContainerPtr& container, int explain = -1);

    /// Signals, waits, and kills what has not ended by then.
    /// @param timeout  none: for ever
    /// @return false when it does not run
    bool stop(const ContainerPtr& container, int signal,
              std::optional<std::chrono::seconds> timeout);
    /// Stops it, if it runs, and starts it.
    void restart(const ContainerPtr& container, int signal,
                 std::optional<std::chrono::seconds> timeout);
    /// @throws Conflict when it does not run
    void kill(Container& container, int signal);
    void pause(Container& container);
    void unpause(Container& container);
    void resize(Container& container, std::uint16_t columns, std::uint16_t rows);

    /// Hands a client to the container: now, or when it starts.
    void attach(Container& container, EarlyClient client);

    void rename(Container& container, const std::string& new_name);
    /// @param force  also one that runs
    void remove(const ContainerPtr& container, bool force, bool volumes);

    /// Who uses which image: for image::Store::set_users().
    [[nodiscard]] std::vector<image::ImageUser> image_users() const;

    [[nodiscard]] std::string cgroup_of(const Container& container) const;

    /// The folder for as long as it runs: its shim's socket.
    [[nodiscard]] std::string run_folder(const Container& container) const;
    /// Does something beside the requests, on a thread of its own. The destructor waits for it, so
    /// it must not wait for anything for long without watching stop_fd().
    void run_in_background(const ContainerPtr& container, std::function<void()> work);
    /// Becomes readable, and stays so, when the background work is to end.
    [[nodiscard]] int stop_fd() const noexcept { return stop_event_.get(); }

    /// Publishes an event of a container's: with its name, its image and its labels.
    void announce(const Container& container, std::string action,
                  std::map<std::string, std::string> attributes = {}) const;

  private:
    // create.cpp
    [[nodiscard]] Definition define(const Json& body, std::vector<std::string>& warnings) const;
    [[nodiscard]] bool somebody_serves(const char* field) const;
    void refuse_what_nobody_serves(const Definition& definition) const;
    void warn_of_what_is_missing(const Definition& definition,
                                 std::vector<std::string>& warnings) const;
    void finish_folder(const Container& container, std::vector<std::string>& warnings);
    void make_folder(const Definition& definition, const State& state) const;

    // start.cpp
    void launch(const ContainerPtr& container, int explain);
    [[nodiscard]] Json make_bundle(const Container& container) const;
    [[nodiscard]] shim::Options shim_options(const Container& container, int explain) const;
    void give_up_start(const ContainerPtr& container, const shim::Failed& failure);
    [[nodiscard]] std::string folder_of(const std::string& id) const;

    // watch.cpp
    void watch(const ContainerPtr& container, ShimWatch watch);
    void follow_shim(const ContainerPtr& container, ShimWatch& watch);
    void handle_exit(const ContainerPtr& container, const shim::Exited& exit);
    void restart_after(const ContainerPtr& container, std::chrono::milliseconds delay);
    void handle_lost_shim(const ContainerPtr& container);
    void kill_what_is_left(const Container& container);

    // stop.cpp
    void send_signal(Container& container, int signal);
    bool cancel_restart(Container& container);
    void end_by_force(const ContainerPtr& container);
    void hand_over(Container& container, EarlyClient client);

    // remove.cpp
    void remove_stopped(const ContainerPtr& container, bool volumes);

    // restore.cpp
    void restore_one(const std::string& id);
    void catch_up(const ContainerPtr& container);

    const Places places_;
    image::Store& images_;
    EventBus& events_;
    const Machine machine_;
    const Json seccomp_profile_;
    std::vector<LifeExtension*> extensions_;
    Registry registry_;

    Fd stop_event_;  // becomes readable when the watching threads shall end
    std::mutex background_mutex_;
    std::size_t background_threads_ = 0;  // protected by background_mutex_
    std::condition_variable no_background_threads_;
};

}  // namespace minidock::containers
