#include "tests/support/test_registry.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

constexpr const char* program_path = "/usr/bin/docker-registry";

sockaddr_in loopback(unsigned short port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool answers(unsigned short port) {
    const Fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const sockaddr_in address = loopback(port);
    return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
           0;
}

}  // namespace

unsigned short free_port() {
    const Fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) < 0 ||
        ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) < 0)
        throw SystemError("find a free port");
    return ntohs(address.sin_port);
}

bool TestRegistry::is_installed() {
    return ::access(program_path, X_OK) == 0;
}

TestRegistry::TestRegistry(const Options& options) : port_{free_port()} {
    std::string config = "version: 0.1\nlog: {level: info, accesslog: {disabled: false}}\n";
    config += "storage:\n  filesystem: {rootdirectory: " + (folder_ / "content") + "}\n";
    config += "  delete: {enabled: true}\n";
    config += "http:\n  addr: 127.0.0.1:" + std::to_string(port_) + "\n";
    if (!options.certificate.empty()) {
        config += "  tls:\n    certificate: " + options.certificate + "\n    key: " + options.key;
        if (!options.client_ca.empty()) config += "\n    clientcas: [" + options.client_ca + "]";
        config += "\n";
    }
    if (!options.auth.empty()) config += "auth:\n" + options.auth;
    const std::string path = folder_ / "config.yml";
    write_all(open_file(path, O_WRONLY | O_CREAT, 0600).get(), config, path);

    const Fd log = open_file(folder_ / "log", O_WRONLY | O_CREAT | O_APPEND, 0644);
    const Fd null = open_file("/dev/null", O_RDONLY);
    process_.emplace(spawn(
        {.path = program_path,
         .arguments = {"docker-registry", "serve", path},
         .descriptors = {
             {null.get(), STDIN_FILENO}, {log.get(), STDOUT_FILENO}, {log.get(), STDERR_FILENO}}}));
    if (!eventually([&] { return answers(port_); }))
        throw std::runtime_error{"docker-registry does not answer:\n" + this->log()};
}

TestRegistry::~TestRegistry() {
    ::kill(process_->pid(), SIGTERM);
    process_->wait();
}

std::string TestRegistry::log() const {
    return read_file(folder_ / "log");
}

}  // namespace minidock::test
