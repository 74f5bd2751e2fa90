// The input and output of a container's program: three pipes, or a terminal, between the program
// on one side and its log and the attached clients on the other.
//
// The shim holds the outer ends, so they outlive the daemon.
#pragma once

#include <array>
#include <list>
#include <string>

#include "minidock/base/fd.hpp"
#include "minidock/shim/client.hpp"
#include "minidock/shim/json_log.hpp"
#include "minidock/shim/poll_loop.hpp"

namespace minidock::shim {

class Streams {
  public:
    /// @param terminal    clients get a raw stream; otherwise frames
    /// @param stdin_once  the first client that ends its input ends the program's
    Streams(JsonLog log, bool terminal, bool stdin_once)
        : log_{std::move(log)}, has_terminal_{terminal}, stdin_once_{stdin_once} {}

    /// Makes pipes. @return the program's ends: its standard input, output and error
    /// @param open_stdin  false gives it /dev/null to read
    std::array<Fd, 3> make_pipes(bool open_stdin);
    /// Takes over the outer end of the program's terminal.
    void use_terminal(Fd terminal);
    /// Sets the terminal's size; without a terminal there is nothing to set.
    void resize(std::uint16_t columns, std::uint16_t rows) const;

    /// Says what to wait for in this round.
    void register_with(PollLoop& loop);
    void add_client(Fd socket, const Attach& wish, std::string early);
    /// Forgets the clients that have left. Between rounds only: handlers point to clients.
    void forget_gone_clients();

    /// The program has ended: takes what is left in its pipes, completes the log, and lets each
    /// client go when it has everything.
    void finish();
    [[nodiscard]] bool has_clients() const noexcept { return !clients_.empty(); }
    /// Clients read what is still buffered for them; until then nobody is in a hurry.
    [[nodiscard]] bool has_output_waiting() const;

  private:
    struct Output {
        Fd fd;
        Stream stream;
    };
    enum class Read { more, nothing_now, ended };

    Read read_output(Output& output);
    void register_input(PollLoop& loop);
    void register_client(PollLoop& loop, Client& client);
    void serve_client(Client& client, bool takes_input, short happened);
    void take_input(Client& client);
    void write_input();
    void end_input(Client& client);
    [[nodiscard]] bool somebody_is_overfull() const;

    JsonLog log_;
    bool has_terminal_;
    bool stdin_once_;
    bool ended_ = false;
    Fd terminal_;
    Fd input_;                   // the program's standard input; a terminal is written to directly
    std::string waiting_input_;  // for the program, which has not read so far yet
    bool input_ends_ = false;    // after waiting_input_
    std::list<Output> outputs_;
    std::list<Client> clients_;
};

}  // namespace minidock::shim
