#include "minidock/containers/events.hpp"

#include <sys/eventfd.h>

#include <algorithm>
#include <utility>

#include "minidock/base/error.hpp"

namespace minidock::containers {

EventListener::EventListener() : event_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
    if (!event_) throw SystemError("make an eventfd");
}

void EventListener::give(const EventPtr& event) {
    const std::lock_guard lock{mutex_};
    if (waiting_.size() < most_waiting)
        waiting_.push_back(event);
    else
        lost_ = true;
    ::eventfd_write(event_.get(), 1);
}

std::vector<EventPtr> EventListener::take() {
    const std::lock_guard lock{mutex_};
    eventfd_t count = 0;
    ::eventfd_read(event_.get(), &count);
    return std::exchange(waiting_, {});
}

bool EventListener::has_lost_some() const {
    const std::lock_guard lock{mutex_};
    return lost_;
}

void EventBus::publish(Event event) {
    const std::lock_guard lock{mutex_};
    // Under the lock, so that times rise in the order of the events.
    event.time = now();
    const EventPtr shared = std::make_shared<const Event>(std::move(event));
    past_.push_back(shared);
    if (past_.size() > most_kept) past_.pop_front();
    std::erase_if(listeners_, [&](const std::weak_ptr<EventListener>& weak) {
        const std::shared_ptr<EventListener> listener = weak.lock();
        if (listener) listener->give(shared);
        return !listener;
    });
}

std::shared_ptr<EventListener> EventBus::listen(bool with_past) {
    auto listener = std::make_shared<EventListener>();
    const std::lock_guard lock{mutex_};
    if (with_past) {
        for (const EventPtr& event : past_)
            listener->give(event);
    }
    listeners_.push_back(listener);
    return listener;
}

std::size_t EventBus::listeners() const {
    const std::lock_guard lock{mutex_};
    return static_cast<std::size_t>(
        std::count_if(listeners_.begin(), listeners_.end(),
                      [](const std::weak_ptr<EventListener>& weak) { return !weak.expired(); }));
}

}  // namespace minidock::containers
