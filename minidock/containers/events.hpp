// What happens in the engine, told to all who listen: the event bus behind `docker events`.
//
// Whoever changes something publishes an event here: containers/ for containers, the image routes
// for images, and later chapters for volumes and networks. The last events are kept for those who
// ask for the past. See the Docker Engine API v1.47, GET /events, for the types and actions.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/base/timestamp.hpp"

namespace minidock::containers {

struct Event {
    std::string type;    ///< "container", "image", "volume", "network", "builder", "daemon"
    std::string action;  ///< "start", "exec_create: sh", "health_status: healthy"
    std::string id;      ///< of the thing it happened to
    std::map<std::string, std::string> attributes{};  ///< its name, image, labels, an exit code, …
    Timestamp time{};                                 ///< set by publish()
};
using EventPtr = std::shared_ptr<const Event>;

/// Somebody who listens. Made by EventBus::listen().
class EventListener {
  public:
    EventListener();
    /// Readable while events wait.
    [[nodiscard]] int fd() const noexcept { return event_.get(); }
    /// The events that wait, in their order.
    std::vector<EventPtr> take();
    /// It took its events too slowly, and has lost some.
    [[nodiscard]] bool has_lost_some() const;

  private:
    friend class EventBus;
    void give(const EventPtr& event);

    static constexpr std::size_t most_waiting = 16384;

    Fd event_;                  // an eventfd(2)
    mutable std::mutex mutex_;  // protects the following
    std::vector<EventPtr> waiting_;
    bool lost_ = false;
};

class EventBus {
  public:
    /// Tells everybody. May be called from any thread, and never waits for a listener.
    void publish(Event event);

    /// Listens from now on, until the listener is let go.
    /// @param with_past  the events that are kept come first
    std::shared_ptr<EventListener> listen(bool with_past);
    [[nodiscard]] std::size_t listeners() const;

    /// How many past events are kept.
    static constexpr std::size_t most_kept = 1024;

  private:
    mutable std::mutex mutex_;  // protects the following; taken before a listener's
    std::deque<EventPtr> past_;
    std::vector<std::weak_ptr<EventListener>> listeners_;
};

}  // namespace minidock::containers
