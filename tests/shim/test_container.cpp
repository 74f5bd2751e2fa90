#include "tests/shim/test_container.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/unix_socket.hpp"
#include "tests/support/command.hpp"

namespace minidock::test {

namespace fs = std::filesystem;
using shim::Report;

namespace {

std::string make_busybox_layer(const std::string& folder) {
    fs::create_directories(folder + "/bin");
    for (const char* name : {"proc", "dev", "sys", "tmp", "etc"})
        fs::create_directories(folder + "/" + name);
    fs::copy_file("/bin/busybox", folder + "/bin/busybox");
    for (const char* name :
         {"sh", "true", "cat", "echo", "sleep", "stty", "head", "yes", "seq", "tr"})
        fs::create_symlink("busybox", folder + "/bin/" + name);
    return folder;
}

Json make_spec(const std::string& cgroup) {
    Json spec = parse_json(R"({
        "ociVersion": "1.0.2",
        "process": {
            "user": {"uid": 0, "gid": 0}, "cwd": "/", "args": ["true"],
            "env": ["PATH=/bin", "TERM=xterm"],
            "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_KILL"],
                             "permitted": ["CAP_KILL"]}
        },
        "root": {"path": "rootfs"},
        "hostname": "box",
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
             "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
            {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
             "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]}
        ],
        "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"},
                                 {"type": "uts"}, {"type": "network"}]}
    })",
                           "spec");
    spec["linux"]["cgroupsPath"] = cgroup;
    return spec;
}

}  // namespace

void AttachedClient::type(const std::string& text) const {
    write_all(fd(), text, "the container's input");
}

void AttachedClient::end_input() const {
    ::shutdown(fd(), SHUT_WR);
}

std::string AttachedClient::read_raw() {
    if (!everything_) everything_ = read_all(fd(), "the container's output");
    return *everything_;
}

std::string AttachedClient::read_stream(int stream) {
    const std::string raw = read_raw();
    std::string text;
    for (std::size_t at = 0; at + 8 <= raw.size();) {
        std::size_t length = 0;
        for (std::size_t i = 4; i < 8; ++i)
            length = length << 8U | static_cast<unsigned char>(raw[at + i]);
        if (raw[at] == stream) text += raw.substr(at + 8, length);
        at += 8 + length;
    }
    return text;
}

std::string AttachedClient::read_until(const std::string& text) const {
    std::string seen;
    while (seen.find(text) == std::string::npos) {
        char c = 0;
        if (::read(fd(), &c, 1) <= 0) break;
        seen += c;
    }
    return seen;
}

TestContainer::TestContainer(const std::string& runtime) {
    ::signal(SIGPIPE, SIG_IGN);  // a shim that is gone fails a test, and does not end it
    const std::string id = fs::path{root_.path()}.filename();
    options_ = {.id = id,
                .folder = folder(),
                .run_folder = run_folder(),
                .runtime = runtime,
                .runtime_root = root_ / "runtime",
                .cgroup = "/" + id,
                .log = root_ / "log",
                .layers = {make_busybox_layer(root_ / "layer")}};
    for (const char* name : {"/bundle/rootfs", "/upper", "/work"})
        fs::create_directories(folder() + name);
    fs::create_directories(run_folder());
    spec_ = make_spec(options_.cgroup);
    std::tie(control_, shims_control_) = socket_pair(SOCK_SEQPACKET);
}

TestContainer::~TestContainer() {
    if (shim_) {
        try {
            ask(shim::Kill{SIGKILL});
        } catch (const std::exception&) {
            // It is about to end by itself.
        }
        wait_for_shim();
    }
    // A shim that broke off has left its container behind.
    if (!fs::exists(options_.runtime_root)) return;
    run({options_.runtime, "--root", options_.runtime_root, "delete", "--force", options_.id});
}

void TestContainer::use_terminal() {
    spec_["process"]["terminal"] = true;
    options_.terminal = true;
}

AttachedClient TestContainer::attach_early(bool input) {
    auto [ours, shims] = socket_pair(SOCK_STREAM);
    send_message(control_.get(),
                 to_message(shim::Attach{.input = input, .output = true, .errors = true}),
                 {shims.get()});
    return AttachedClient{std::move(ours)};
}

Report TestContainer::start() {
    write_atomically(folder() + "/bundle/config.json", spec_.dump(), Durability::crash);
    Program program{.path = test::program("minidock-shim"),
                    .arguments = options_.to_arguments(),
                    .descriptors = {{shims_control_.get(), shim::control_fd}},
                    .own_session = true};
    shim_.emplace(spawn(program));
    shims_control_.reset();
    return next_report();
}

Report TestContainer::next_report() const {
    for (;;) {
        const std::optional<Message> message = receive_message(control_.get());
        if (!message) throw std::runtime_error{"the shim has closed the control socket"};
        Report report = shim::parse_report(message->bytes);
        if (!std::holds_alternative<shim::Done>(report)) return report;
    }
}

int TestContainer::wait() {
    return std::get<shim::Exited>(next_report()).exit_code;
}

void TestContainer::wait_for_shim() {
    if (shim_) shim_->wait();
    shim_.reset();
}

Report TestContainer::ask(const shim::Request& request, const std::vector<int>& descriptors) const {
    const Fd connection = connect_unix(run_folder() + "/shim.sock", SOCK_SEQPACKET);
    send_message(connection.get(), to_message(request), descriptors);
    const std::optional<Message> answer = receive_message(connection.get());
    if (!answer) throw std::runtime_error{"the shim has closed the connection"};
    return shim::parse_report(answer->bytes);
}

AttachedClient TestContainer::attach(bool input) const {
    auto [ours, shims] = socket_pair(SOCK_STREAM);
    ask(shim::Attach{.input = input, .output = true, .errors = true}, {shims.get()});
    return AttachedClient{std::move(ours)};
}

std::string TestContainer::log() const {
    return read_file(options_.log);
}

}  // namespace minidock::test
