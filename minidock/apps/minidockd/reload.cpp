#include "minidock/apps/minidockd/reload.hpp"

#include <pthread.h>

#include <csignal>
#include <exception>

#include "minidock/base/log.hpp"

namespace minidock::apps {

OnHangUp::OnHangUp(std::function<void()> reload) {
    sigset_t hang_up;
    sigemptyset(&hang_up);
    sigaddset(&hang_up, SIGHUP);
    ::pthread_sigmask(SIG_BLOCK, &hang_up, nullptr);
    thread_ = std::thread{[this, hang_up, reload = std::move(reload)] {
        // The other signals are for the thread that serves.
        sigset_t all;
        sigfillset(&all);
        ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
        for (int signal = 0; ::sigwait(&hang_up, &signal) == 0 && !over_;) {
            try {
                reload();
            } catch (const std::exception& error) {
                log::error("the configuration stays as it is: {}", error.what());
            }
        }
    }};
}

OnHangUp::~OnHangUp() {
    over_ = true;
    ::pthread_kill(thread_.native_handle(), SIGHUP);
    thread_.join();
}

}  // namespace minidock::apps
