#include "minidock/base/fail_point.hpp"

#ifdef MINIDOCK_FAIL_POINTS
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string_view>
#endif

namespace minidock {

#ifdef MINIDOCK_FAIL_POINTS
void fail_point(const char* name) noexcept {
    const char* const armed = std::getenv("MINIDOCK_FAIL_POINT");
    if (armed == nullptr) return;
    const std::string_view wish{armed};
    const std::size_t colon = wish.find(':');
    if (colon == std::string_view::npos || wish.substr(0, colon) != name) return;
    const int marker = ::open(armed + colon + 1, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (marker >= 0) ::kill(::getpid(), SIGKILL);
}
#else
void fail_point(const char* /*name*/) noexcept {}
#endif

}  // namespace minidock
