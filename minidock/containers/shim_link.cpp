#include "minidock/containers/shim_link.hpp"

#include <sys/socket.h>

#include <cerrno>

#include "minidock/base/error.hpp"
#include "minidock/base/unix_socket.hpp"

namespace minidock::containers {

std::optional<shim::Report> ShimWatch::next() const {
    for (;;) {
        std::optional<Message> message;
        try {
            message = receive_message(socket.get());
        } catch (const SystemError& error) {
            if (error.error() != ECONNRESET) throw;
        }
        if (!message) return std::nullopt;
        shim::Report report = shim::parse_report(message->bytes);
        if (!std::holds_alternative<shim::Done>(report)) return report;
    }
}

ShimWatch start_shim(const std::string& program, const shim::Options& options,
                     const std::vector<EarlyMessage>& early, int explain) {
    auto [ours, shims] = socket_pair(SOCK_SEQPACKET);
    for (const EarlyMessage& client : early)
        send_message(ours.get(), to_message(client.wish), client.descriptors);

    Program start{.path = program,
                  .arguments = options.to_arguments(),
                  .descriptors = {{shims.get(), shim::control_fd}},
                  .own_session = true};
    if (explain >= 0) start.descriptors.emplace_back(explain, shim::explain_fd);
    Child child = spawn(start);
    return {.socket = std::move(ours), .child = std::move(child)};
}

ShimWatch watch_shim(const std::string& run_folder) {
    Fd socket = connect_unix(run_folder + "/shim.sock", SOCK_SEQPACKET);
    send_message(socket.get(), to_message(shim::Watch{}));
    return {.socket = std::move(socket), .child = std::nullopt};
}

shim::Report ask_shim(const std::string& run_folder, const shim::Request& request,
                      const std::vector<int>& descriptors) {
    const Fd socket = connect_unix(run_folder + "/shim.sock", SOCK_SEQPACKET);
    send_message(socket.get(), to_message(request), descriptors);
    const std::optional<Message> answer = receive_message(socket.get());
    if (!answer) throw SystemError("get an answer from the shim", ECONNRESET);
    return shim::parse_report(answer->bytes);
}

}  // namespace minidock::containers
