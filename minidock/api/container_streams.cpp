// A container's output and input over HTTP: attach takes the connection over and hands it to the
// shim; logs reads the log file back.
#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "minidock/api/containers.hpp"
#include "minidock/api/raw_stream.hpp"
#include "minidock/api/time_parameter.hpp"
#include "minidock/base/error.hpp"
#include "minidock/containers/log_reader.hpp"
#include "minidock/shim/detach_keys.hpp"

namespace minidock::api {

using containers::Container;
using containers::ContainerPtr;
using containers::LogEntry;
using containers::LogReader;

namespace {

/// Which entries of a log are wanted, and how they are to look.
struct LogWish {
    bool output = false;
    bool errors = false;
    bool timestamps = false;
    bool framed = true;  ///< false for a terminal's log
    std::optional<Timestamp> since;
    std::optional<Timestamp> until;

    [[nodiscard]] bool wants(const LogEntry& entry) const {
        if (since && entry.time < *since) return false;
        return entry.stream == shim::Stream::output ? output : errors;
    }
    [[nodiscard]] bool is_past(const LogEntry& entry) const { return until && entry.time > *until; }
};

/// Turns entries into the bytes of the stream.
class LogFormatter {
  public:
    explicit LogFormatter(const LogWish& wish) : wish_{wish} {}

    std::string format(const LogEntry& entry) {
        bool& in_line = in_line_[entry.stream == shim::Stream::output ? 0 : 1];
        std::string text;
        // The pieces of a long line are one line.
        if (wish_.timestamps && !in_line) text = to_rfc3339_padded(entry.time) + " ";
        in_line = !entry.text.ends_with('\n');
        text += entry.text;
        return wish_.framed ? shim::frame(entry.stream, text) : text;
    }

  private:
    const LogWish& wish_;
    std::array<bool, 2> in_line_{};
};

/// Sends what the log has now. @return false when `until` has been passed
template <class Write>
bool send_entries(LogReader& reader, LogFormatter& formatter, const LogWish& wish, Write write) {
    constexpr std::size_t worth_sending = 32768;
    std::string batch;
    bool more_wanted = true;
    while (const auto entry = reader.next()) {
        if (wish.is_past(*entry)) {
            more_wanted = false;
            break;
        }
        if (wish.wants(*entry)) batch += formatter.format(*entry);
        if (batch.size() >= worth_sending) {
            write(batch);
            batch.clear();
        }
    }
    if (!batch.empty()) write(batch);
    return more_wanted;
}

}  // namespace

void ContainerRoutes::attach(http::Exchange& exchange) {
    const ContainerPtr container = container_of(exchange);
    const http::Query query = exchange.query();
    const containers::Config& config = container->definition().config;
    const std::string keys = query.text("detachKeys", "ctrl-p,ctrl-q");
    check_detach_keys(keys);
    if (container->state().status == containers::Status::paused) {
        throw Conflict("container " + container->id() +
                       " is paused, unpause the container before attach");
    }
    const shim::Attach wish{
        .input = query.flag("stdin") && config.open_stdin,
        .output = query.flag("stdout"),
        .errors = query.flag("stderr"),
        .detach_keys = config.tty ? shim::parse_detach_keys(keys).value_or("") : ""};

    http::Hijacked connection =
        exchange.hijack(stream_content_type(config.tty, exchange.request()));
    if (query.flag("logs")) {
        const LogWish past{.output = wish.output, .errors = wish.errors, .framed = !config.tty};
        LogReader reader{container->log_path(), container->definition().host_config.log.max_files};
        LogFormatter formatter{past};
        send_entries(reader, formatter, past, [&](const std::string& bytes) {
            write_all(connection.fd.get(), bytes, "to an attached client");
        });
    }
    if (!query.flag("stream")) return;
    containers_.attach(*container, {.socket = std::move(connection.fd),
                                    .wish = wish,
                                    .early_input = file_with(connection.early)});
}

namespace {

void go_to_tail(LogReader& reader, const std::string& tail) {
    if (tail.empty() || tail == "all") return;
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(tail.data(), tail.data() + tail.size(), count);
    // As in Docker, what is no number means everything.
    if (error == std::errc{} && end == tail.data() + tail.size()) reader.skip_to_last(count);
}

/// Becomes readable when the log has grown, or the container has ended.
class LogWatch {
  public:
    LogWatch(const Container& container, const containers::Waiter& end)
        : inotify_{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)},
          both_{::epoll_create1(EPOLL_CLOEXEC)} {
        if (!inotify_ || !both_) throw SystemError("watch a log");
        // The folder: a log that is full is replaced by a new file.
        if (::inotify_add_watch(inotify_.get(), container.folder().c_str(),
                                IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0) {
            throw SystemError("watch " + container.folder());
        }
        for (const int fd : {inotify_.get(), end.fd()}) {
            epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
            if (::epoll_ctl(both_.get(), EPOLL_CTL_ADD, fd, &event) < 0) {
                throw SystemError("watch a log");
            }
        }
    }
    [[nodiscard]] int fd() const { return both_.get(); }
    /// Takes note of the growth so far.
    void acknowledge() const {
        std::array<char, 4096> events;
        while (::read(inotify_.get(), events.data(), events.size()) > 0) {
        }
    }

  private:
    Fd inotify_;
    Fd both_;
};

bool has_happened(const containers::Waiter& waiter) {
    pollfd event{.fd = waiter.fd(), .events = POLLIN, .revents = 0};
    return ::poll(&event, 1, 0) > 0;
}

}  // namespace

void ContainerRoutes::logs(http::Exchange& exchange) {
    const ContainerPtr container = container_of(exchange);
    const http::Query& query = exchange.query();
    const LogWish wish{.output = query.flag("stdout"),
                       .errors = query.flag("stderr"),
                       .timestamps = query.flag("timestamps"),
                       .framed = !container->definition().config.tty,
                       .since = time_parameter(query, "since"),
                       .until = time_parameter(query, "until")};
    if (!wish.output && !wish.errors) {
        throw BadParameter("Bad parameters: you must choose at least one stream");
    }
    if (!container->definition().host_config.log.is_kept()) {
        throw Unsupported("configured logging driver does not support reading");
    }
    const bool follow = query.flag("follow") && container->state().is_running();
    const auto end = container->wait(containers::WaitFor::not_running);

    LogReader reader{container->log_path(), container->definition().host_config.log.max_files};
    go_to_tail(reader, query.text("tail"));
    LogFormatter formatter{wish};
    const auto write = [&](const std::string& bytes) { exchange.write(bytes); };
    exchange.start_stream(200, stream_content_type(!wish.framed, exchange.request()));
    if (!follow) {
        send_entries(reader, formatter, wish, write);
        return;
    }
    const LogWatch watch{*container, *end};
    for (;;) {
        // Looked at before the log is read: when it has ended by now, the log is complete.
        const bool ended = has_happened(*end);
        watch.acknowledge();
        if (!send_entries(reader, formatter, wish, write) || ended) return;
        if (exchange.wait(watch.fd()) != http::Wake::ready) return;
    }
}

}  // namespace minidock::api
