#include "minidock/shim/streams.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>

#include "minidock/base/error.hpp"

namespace minidock::shim {
namespace {

/// Input that waits for the program; more is not read from the clients until it has taken some.
constexpr std::size_t input_limit = 65536;

void make_nonblocking(const Fd& fd) {
    const int flags = ::fcntl(fd.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) < 0) {
        throw SystemError("make a pipe non-blocking");
    }
}

}  // namespace

std::array<Fd, 3> Streams::make_pipes(bool open_stdin) {
    std::array<Fd, 3> inner;
    if (open_stdin) {
        Pipe pipe = Pipe::make();
        input_ = std::move(pipe.write_end);
        make_nonblocking(input_);
        inner[0] = std::move(pipe.read_end);
    } else {
        inner[0] = open_file("/dev/null", O_RDONLY);
    }
    for (const Stream stream : {Stream::output, Stream::errors}) {
        Pipe pipe = Pipe::make();
        make_nonblocking(pipe.read_end);
        outputs_.push_back({std::move(pipe.read_end), stream});
        inner.at(static_cast<std::size_t>(stream)) = std::move(pipe.write_end);
    }
    return inner;
}

void Streams::use_terminal(Fd terminal) {
    make_nonblocking(terminal);
    input_ = duplicate(terminal);
    outputs_.push_back({duplicate(terminal), Stream::output});
    terminal_ = std::move(terminal);
}

void Streams::resize(std::uint16_t columns, std::uint16_t rows) const {
    if (!terminal_) return;
    winsize size{};
    size.ws_col = columns;
    size.ws_row = rows;
    if (::ioctl(terminal_.get(), TIOCSWINSZ, &size) < 0) throw SystemError("resize the terminal");
}

void Streams::add_client(Fd socket, const Attach& wish, std::string early) {
    Client& client =
        clients_.emplace_back(std::move(socket), wish, std::move(early), !has_terminal_);
    // What came early is not announced by poll(2).
    if (client.has_input()) take_input(client);
}

bool Streams::somebody_is_overfull() const {
    return std::any_of(clients_.begin(), clients_.end(),
                       [](const Client& c) { return c.overfull(); });
}

void Streams::register_with(PollLoop& loop) {
    if (!somebody_is_overfull()) {
        for (Output& output : outputs_) {
            loop.watch(output.fd.get(), POLLIN, [this, &output](short) { read_output(output); });
        }
    }
    register_input(loop);
    for (Client& client : clients_)
        register_client(loop, client);
}

void Streams::register_input(PollLoop& loop) {
    if (input_ && !waiting_input_.empty()) {
        loop.watch(input_.get(), POLLOUT, [this](short) { write_input(); });
    }
}

void Streams::register_client(PollLoop& loop, Client& client) {
    const bool takes_input =
        !ended_ && input_ && client.has_input() && waiting_input_.size() < input_limit;
    // poll(2) would report again and again that it has hung up.
    if (client.hung_up() && !takes_input) return;
    short events = client.has_output_waiting() ? POLLOUT : 0;
    if (takes_input || client.finished()) events |= POLLIN;
    loop.watch(client.fd(), events, [this, &client, takes_input](short happened) {
        serve_client(client, takes_input, happened);
    });
}

void Streams::serve_client(Client& client, bool takes_input, short happened) {
    if (happened & POLLOUT) client.flush();
    if (happened & (POLLHUP | POLLERR)) client.hang_up();
    if (takes_input && (happened & (POLLIN | POLLHUP)) && !client.gone()) take_input(client);
    if (!ended_ || client.gone()) return;
    if (client.finished()) {
        client.discard_input();
    } else if (!client.has_output_waiting()) {
        client.finish();
    }
}

void Streams::take_input(Client& client) {
    waiting_input_ += client.receive();
    write_input();
    if (!client.gone() && client.input_ended()) end_input(client);
}

/// As in Docker: with StdinOnce the end of this client's input is the end of the program's.
/// Without, the program goes on to wait for others, and this client has said all it had to say.
void Streams::end_input(Client& client) {
    if (stdin_once_ && !has_terminal_) {
        input_ends_ = true;
        write_input();
    } else {
        client.drop();
    }
}

void Streams::write_input() {
    if (!input_) waiting_input_.clear();
    while (!waiting_input_.empty()) {
        const ssize_t n = ::write(input_.get(), waiting_input_.data(), waiting_input_.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n < 0) {
            // Nobody reads it any more.
            waiting_input_.clear();
            input_.reset();
            return;
        }
        waiting_input_.erase(0, static_cast<std::size_t>(n));
    }
    if (input_ends_) input_.reset();
}

Streams::Read Streams::read_output(Output& output) {
    std::array<char, 32768> buffer;
    const ssize_t n = ::read(output.fd.get(), buffer.data(), buffer.size());
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return Read::nothing_now;
    if (n <= 0) {
        // The end; a terminal says EIO when nobody has it open any more.
        outputs_.remove_if([&](const Output& other) { return &other == &output; });
        return Read::ended;
    }
    const std::string_view bytes{buffer.data(), static_cast<std::size_t>(n)};
    log_.add(output.stream, bytes, now());
    for (Client& client : clients_)
        client.send(output.stream, bytes);
    return Read::more;
}

void Streams::finish() {
    ended_ = true;
    // Its processes are gone, so what is in the pipes now is all that will ever come.
    while (!outputs_.empty()) {
        Output& output = outputs_.front();
        Read result = Read::more;
        while (result == Read::more)
            result = read_output(output);
        if (result == Read::nothing_now) outputs_.pop_front();
    }
    log_.finish();
    input_.reset();
    for (Client& client : clients_) {
        if (client.hung_up()) client.drop();
        if (!client.gone() && !client.has_output_waiting()) client.finish();
    }
    forget_gone_clients();
}

void Streams::forget_gone_clients() {
    clients_.remove_if([](const Client& client) { return client.gone(); });
}

bool Streams::has_output_waiting() const {
    return std::any_of(clients_.begin(), clients_.end(),
                       [](const Client& c) { return c.has_output_waiting(); });
}

}  // namespace minidock::shim
