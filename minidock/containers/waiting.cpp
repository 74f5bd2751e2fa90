#include "minidock/containers/waiting.hpp"

#include <sys/eventfd.h>

#include "minidock/base/error.hpp"

namespace minidock::containers {

WaitFor parse_wait_condition(const std::string& text) {
    if (text.empty() || text == "not-running") return WaitFor::not_running;
    if (text == "next-exit") return WaitFor::next_exit;
    if (text == "removed") return WaitFor::removed;
    throw BadParameter("invalid condition: \"" + text + "\"");
}

Waiter::Waiter(WaitFor condition) : condition_{condition}, event_{::eventfd(0, EFD_CLOEXEC)} {
    if (!event_) throw SystemError("make an eventfd");
}

void Waiter::fulfil(WaitResult result) {
    result_ = std::move(result);
    if (::eventfd_write(event_.get(), 1) < 0) throw SystemError("wake a waiter");
}

}  // namespace minidock::containers
