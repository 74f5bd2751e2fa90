// One HTTP exchange at a time, by libcurl (libcurl-easy(3)). Bodies of any size pass through in
// blocks; connections are kept for the next exchange. It follows no redirection and knows no
// credentials: whoever asks decides what goes to whom (session.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/base/error.hpp"
#include "minidock/registry/url.hpp"

namespace minidock::registry {

/// What a server must prove, and what we prove to it.
struct Tls {
    bool verify = true;
    std::string authorities;  ///< PEM, beside the system's; empty for none
    std::string certificate;  ///< path of a client's certificate; empty for none
    std::string key;          ///< path of its key
};

struct Request {
    std::string method = "GET";
    Url url;
    std::vector<std::string> fields = {};  ///< "Accept: application/json"
    std::string body = {};
    int file = -1;                ///< instead of body: an open file, from its start
    std::uint64_t file_size = 0;  ///< how much of it
    std::function<void(std::uint64_t sent)> on_sent = {};
};

/// An answer's status and fields; its body too where nobody else took it.
struct Answer {
    int status = 0;
    std::multimap<std::string, std::string> fields = {};  ///< names in lower case
    std::string body = {};

    /// The first field of that name (in lower case); empty when there is none.
    [[nodiscard]] std::string field(const std::string& name) const;
    [[nodiscard]] bool success() const noexcept { return status >= 200 && status < 300; }
};

/// No answer, or half of one.
class Unreachable : public RequestError {
  public:
    enum class Reason {
        nobody,  ///< nobody listens there, or it has no address
        tls,     ///< it speaks no TLS, or proves nothing that we trust
        cut,     ///< the connection broke; another try may help
    };
    Unreachable(Reason reason, const std::string& message)
        : RequestError{message}, reason_{reason} {}
    [[nodiscard]] Reason reason() const noexcept { return reason_; }

  private:
    Reason reason_;
};

class Wire {
  public:
    /// Gets the body of a successful answer, block by block.
    using Sink = std::function<void(const Answer& head, std::string_view block)>;

    Wire();
    ~Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    /// @param sink  none: the body is kept in the answer, up to a document's size
    /// @throws Unreachable; BadParameter when a body that is kept is too large; what the sink threw
    Answer exchange(const Request& request, const Tls& tls, const Sink& sink = {});

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace minidock::registry
