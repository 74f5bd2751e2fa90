// A registry while we deal with it: it finds out how the registry wants to be spoken to (TLS or
// not, which proof of who we are) and then sends requests with that proof, follows redirections
// without it, and turns refusals into errors. See the distribution specification, and the
// distribution project's "Token Authentication Specification".
//
// Every function may be called from any thread; each exchange has a connection of its own.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "minidock/registry/challenge.hpp"
#include "minidock/registry/credentials.hpp"
#include "minidock/registry/endpoint.hpp"
#include "minidock/registry/patience.hpp"
#include "minidock/registry/settings.hpp"
#include "minidock/registry/wire.hpp"

namespace minidock::registry {

/// The registry said no, for good.
class Refused : public RequestError {
  public:
    Refused(int status, const std::string& message) : RequestError{message}, status_{status} {}
    [[nodiscard]] int status() const noexcept { return status_; }
    /// It wants to know who we are, or knows and does not let us.
    [[nodiscard]] bool denied() const noexcept { return status_ == 401 || status_ == 403; }

  private:
    int status_;
};

class Session {
  public:
    Session(Endpoint endpoint, Credentials credentials, const Settings& settings);

    /// Asks the registry whether it is one. To be called first.
    /// @throws Unreachable, Refused, Temporary
    void open();
    /// Proves who we are, to whoever the registry leaves that to.
    /// @throws Refused when they do not believe it
    void log_in();

    /// Sends a request, once. Its URL may lead elsewhere, as a registry's answer did.
    /// @param scopes  what it is for: "repository:library/busybox:pull"
    /// @return an answer of 2xx
    /// @throws Refused for 4xx, Temporary for 429, 5xx and broken connections, Unreachable
    Answer send(const Request& request, const std::vector<std::string>& scopes,
                const Wire::Sink& sink = {});

    /// "https://localhost:5000/v2/" and what stands behind it.
    [[nodiscard]] Url url(const std::string& path) const;
    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] const Endpoint& endpoint() const noexcept { return endpoint_; }

  private:
    Answer exchange(const Request& request, const Wire::Sink& sink);
    Answer follow(Request request, const std::string& proof, const Wire::Sink& sink);
    Answer ask_whether_it_is_one();
    [[nodiscard]] Tls tls_for(const Url& url) const;

    /// The field Authorization; empty when the registry asked for none.
    std::string proof(const std::vector<std::string>& scopes);
    std::string token(const Challenge& challenge, const std::vector<std::string>& scopes);
    std::string fetch_token(const Challenge& challenge, const std::vector<std::string>& scopes);
    void learn_challenges(const Answer& answer);

    Endpoint endpoint_;
    Credentials credentials_;
    Settings settings_;

    std::mutex mutex_;
    // All below is guarded by mutex_.
    std::vector<Challenge> challenges_;
    std::map<std::vector<std::string>, std::string> tokens_;  ///< by scopes
    std::vector<std::unique_ptr<Wire>> idle_wires_;
};

}  // namespace minidock::registry
