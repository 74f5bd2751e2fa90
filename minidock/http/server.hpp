// An HTTP/1.1 server on a listening socket: a thread per connection, each with plain blocking code
// and a small stack, and no more of them than a limit.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <mutex>

#include "minidock/base/fd.hpp"
#include "minidock/http/router.hpp"

namespace minidock::http {

/// What a client may cost.
struct Limits {
    std::size_t connections = 512;                     ///< one more is told 503
    std::size_t header_bytes = std::size_t{64} << 10;  ///< a longer head is answered with 431
    std::size_t stack_bytes = std::size_t{256} << 10;  ///< of a connection's thread
    std::chrono::milliseconds idle{120'000};           ///< between two requests
    std::chrono::milliseconds header{10'000};  ///< from a head's first byte to its last: then 408
    std::chrono::milliseconds body{300'000};   ///< without a byte of a body that is due: then 408
    std::chrono::milliseconds write{30'000};   ///< without taking a byte of a whole answer
    std::chrono::milliseconds goodbye{3'000};  ///< for handlers to end when the server stops
};

class Server {
  public:
    /// @param handler  called on many threads at once; an exception that it lets go is a 500
    Server(Fd listener, Handler handler, Limits limits = {});
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Serves until stop().
    void run();
    /// After run(): lets requests at hand be answered, and after the time to say goodbye counts
    /// their clients as gone. Connections that wait for a request are closed at once.
    /// @return whether all handlers have ended. If not, the program can only end as a whole: the
    /// destructor would wait for them.
    [[nodiscard]] bool drain();
    /// Ends run(). May be called from any thread and from a signal handler.
    void stop() noexcept;

  private:
    struct Session;

    void accept_one();
    void start(Fd socket);
    void serve(Session& session) noexcept;
    [[nodiscard]] Connection connect(Fd socket) const;
    static void* thread_main(void* session);

    Fd listener_;
    Fd stop_event_;
    Fd cut_event_;
    Handler handler_;
    Limits limits_;
    std::mutex mutex_;  // protects sessions_
    std::condition_variable all_gone_;
    std::list<Session> sessions_;
};

}  // namespace minidock::http
