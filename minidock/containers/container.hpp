// One container: what it is (Definition), where it is in its life (State), and who waits for it.
// It knows how its state may change, and keeps it on disk; what makes it change (the shim, the
// requests) is the business of Containers.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/containers/definition.hpp"
#include "minidock/containers/health.hpp"
#include "minidock/containers/state.hpp"
#include "minidock/containers/waiting.hpp"
#include "minidock/shim/protocol.hpp"

namespace minidock::containers {

/// A client that attached before the container was started.
struct EarlyClient {
    Fd socket;
    shim::Attach wish;
    Fd early_input;  ///< a file with what the client has sent already; none: nothing
};

class Container {
  public:
    /// @param folder  its own, in the data root
    Container(Definition definition, State state, std::string folder);
    Container(const Container&) = delete;
    Container& operator=(const Container&) = delete;

    /// What it is made of now. The reference stays good for as long as the container does.
    [[nodiscard]] const Definition& definition() const noexcept { return *definition_.load(); }
    [[nodiscard]] const std::string& id() const noexcept { return definition().id; }
    [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
    [[nodiscard]] std::string log_path() const { return folder_ + "/" + id() + "-json.log"; }
    [[nodiscard]] State state() const;
    [[nodiscard]] std::string name() const { return state().name; }
    /// Gone: whoever still holds it has come too late.
    [[nodiscard]] bool is_removed() const;

    /// Starting, removing and renaming exclude one another: for as long as it lives, this one
    /// operation goes on and others wait. No lock is held meanwhile.
    class Operation {
      public:
        explicit Operation(Container& container);
        ~Operation();
        Operation(const Operation&) = delete;
        Operation& operator=(const Operation&) = delete;

      private:
        Container& container_;
    };

    // What happens to it. Each is saved in state.json.
    void set_running(pid_t pid, Timestamp time);
    void set_start_failure(int exit_code, const std::string& error);
    /// Notes the end (whoever waits for it is told by tell_of_exit()), and decides whether the
    /// restart policy starts it again.
    /// @return how long to wait before that; nothing when it stays ended
    std::optional<std::chrono::milliseconds> set_exited(int exit_code, bool oom_killed,
                                                        Timestamp time);
    /// Tells those who wait for the end that set_exited() has noted.
    void tell_of_exit(int exit_code);
    /// Somebody starts it: the restarts so far are forgotten.
    void forget_restarts();
    /// It will be started by itself in a moment.
    void set_restarting();
    /// Somebody has asked that it ends: no policy starts it again.
    /// @return whether it was waiting for that
    bool forbid_restart();
    void set_paused(bool paused);
    void set_removing();
    /// It could not be removed.
    void set_dead(const std::string& error);
    void set_name(const std::string& name);
    /// `docker update`: what it is made of from now on. Within an Operation only.
    void set_definition(Definition definition);
    [[nodiscard]] Health health() const;
    void set_health(Health health);
    /// It is gone, and its folder too.
    void set_removed();
    /// Whether it goes by itself when it ends (`run --rm`); spared while it is being restarted.
    [[nodiscard]] bool goes_at_exit() const;
    void spare_at_exit(bool spare);

    /// Waits for a condition; the waiter may be told at once.
    std::shared_ptr<Waiter> wait(WaitFor condition);
    /// Waits until it does not run. @return false when the time is over
    bool wait_until_stopped(std::optional<std::chrono::milliseconds> timeout);

    /// Keeps a client until the start, if the container does not run.
    /// @return the client itself when the container runs, and its shim is to be asked
    std::optional<EarlyClient> keep_until_start(EarlyClient client);
    std::vector<EarlyClient> take_early_clients();
    /// The size for the terminal when it starts, and when it runs the latest.
    void set_console_size(std::uint16_t columns, std::uint16_t rows);
    [[nodiscard]] shim::Resize console_size() const;

  private:
    void change(const std::function<void(State&)>& how);
    void save();
    void tell(const std::function<bool(WaitFor)>& concerned, const WaitResult& result);

    // Updates are few; those who read an older definition go on to do so.
    std::vector<std::unique_ptr<const Definition>> definitions_;
    std::atomic<const Definition*> definition_;
    const std::string folder_;

    mutable std::mutex mutex_;  // protects all of the following, and is never held across a wait
                                // for anything but `changed_`, nor while a file is written
    State state_;
    bool busy_ = false;  // an Operation goes on
    bool removed_ = false;
    bool spared_ = false;  // is not removed when it ends, although it asked for that
    RestartDelay restart_delay_;
    Health health_;
    std::vector<std::weak_ptr<Waiter>> waiters_;
    std::vector<EarlyClient> early_clients_;
    shim::Resize console_size_;
    std::condition_variable changed_;  // of state_ or busy_

    std::mutex file_mutex_;  // held while state.json is written, so that the last state is last
};

using ContainerPtr = std::shared_ptr<Container>;

}  // namespace minidock::containers
