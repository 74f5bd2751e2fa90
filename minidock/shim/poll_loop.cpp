#include "minidock/shim/poll_loop.hpp"

#include "minidock/base/error.hpp"

namespace minidock::shim {

void PollLoop::watch(int fd, short events, Handler handler) {
    descriptors_.push_back({.fd = fd, .events = events, .revents = 0});
    handlers_.push_back(std::move(handler));
}

void PollLoop::wait(std::optional<std::chrono::milliseconds> timeout) {
    const int limit = timeout ? static_cast<int>(timeout->count()) : -1;
    while (::poll(descriptors_.data(), descriptors_.size(), limit) < 0) {
        if (errno != EINTR) throw SystemError("wait for something to happen");
    }
    for (std::size_t i = 0; i < descriptors_.size(); ++i) {
        if (descriptors_[i].revents != 0) handlers_[i](descriptors_[i].revents);
    }
    descriptors_.clear();
    handlers_.clear();
}

}  // namespace minidock::shim
