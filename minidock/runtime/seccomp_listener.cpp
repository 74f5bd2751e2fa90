#include "minidock/runtime/seccomp_listener.hpp"

#include <filesystem>

#include "minidock/base/unix_socket.hpp"

namespace minidock::runtime {

SeccompListener SeccompListener::of(const std::optional<security::SeccompFilter>& filter,
                                    Json state) {
    SeccompListener listener;
    if (!filter || filter->listener_path.empty()) return listener;
    listener.socket_ = connect_unix(filter->listener_path);
    listener.description_ = {{"ociVersion", state.at("ociVersion")},
                             {"fds", Json::array({"seccompFd"})},
                             {"metadata", filter->listener_metadata},
                             {"state", std::move(state)}};
    return listener;
}

void SeccompListener::describe_caller() {
    if (!socket_) return;
    // getpid(2) would tell the number in the container's own PID namespace.
    const std::string pid = std::filesystem::read_symlink("/proc/self");
    description_["pid"] = std::stol(pid);
    if (description_["state"].value("status", "") == "creating") {
        description_["state"]["pid"] = description_["pid"];
    }
    message_ = description_.dump();
}

void SeccompListener::take(const Fd& notifications) const {
    send_message(socket_.get(), message_, {notifications.get()});
}

}  // namespace minidock::runtime
