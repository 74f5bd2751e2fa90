#include "minidock/api/raw_stream.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include "minidock/api/version.hpp"
#include "minidock/base/error.hpp"
#include "minidock/shim/detach_keys.hpp"

namespace minidock::api {

const char* stream_content_type(bool terminal, const http::Request& request) {
    return terminal || is_older_than(request, "1.42") ? "application/vnd.docker.raw-stream"
                                                      : "application/vnd.docker.multiplexed-stream";
}

Fd file_with(const std::string& content) {
    if (content.empty()) return Fd{};
    Fd file{::memfd_create("early-input", MFD_CLOEXEC)};
    if (!file) throw SystemError("make a file in memory");
    write_all(file.get(), content, "a file in memory");
    ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

void check_detach_keys(const std::string& wish) {
    if (!wish.empty() && !shim::parse_detach_keys(wish)) {
        throw BadParameter("Invalid detach keys (" + wish + ") provided");
    }
}

TerminalSize terminal_size(const http::Query& query) {
    const auto size = [&](const char* name) {
        const std::int64_t value = query.integer(name).value_or(0);
        if (value < 0 || value > UINT16_MAX) {
            throw BadParameter(std::string{"invalid terminal size: "} + name);
        }
        return static_cast<std::uint16_t>(value);
    };
    return {.columns = size("w"), .rows = size("h")};
}

}  // namespace minidock::api
