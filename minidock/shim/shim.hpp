// The shim: the parent of one container's first process, for as long as it lives.
//
// It brings the container up with the runtime, holds its streams, serves those who attach, and
// when the container ends it records how. It is one thread, sleeping in poll(2) nearly always.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <list>
#include <optional>
#include <string>

#include "minidock/base/fd.hpp"
#include "minidock/base/unix_socket.hpp"
#include "minidock/shim/execs.hpp"
#include "minidock/shim/options.hpp"
#include "minidock/shim/poll_loop.hpp"
#include "minidock/shim/protocol.hpp"
#include "minidock/shim/runtime_command.hpp"
#include "minidock/shim/streams.hpp"

namespace minidock::shim {

class Shim {
  public:
    /// @param control  the socket to the daemon that started this shim
    Shim(Options options, Fd control);

    /// Starts the container and serves it until it has ended and every client has its output.
    void run();

  private:
    // The life of a container, in this order.
    void prepare();
    void bring_up();
    void take_early_clients();
    void serve_until_exit();
    void record_exit();
    void see_clients_off();

    void fail(const Failed& failure);
    void create_with_terminal();
    void create_with_pipes();
    void reap_children();
    [[nodiscard]] bool ran_out_of_memory() const;
    void clean_up_run_folder() const;

    // The socket.
    void accept_connection_from_daemon();
    void serve_connection(Fd& connection);
    [[nodiscard]] Report answer(const Request& request, Message& message);
    void tell_watchers(const Report& report);

    Options options_;
    RuntimeCommand runtime_;
    Streams streams_;
    Execs execs_;
    Fd child_signals_;            // a signalfd(2) for SIGCHLD
    Fd listener_;                 // shim.sock
    std::list<Fd> connections_;   // of daemons; one that has closed is none
    pid_t pid_ = 0;               // the container's first process
    std::optional<Exited> exit_;  // set when it has been reaped
};

}  // namespace minidock::shim
