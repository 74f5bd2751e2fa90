#include "minidock/registry/session.hpp"

#include <algorithm>
#include <charconv>

#include "minidock/base/json.hpp"

namespace minidock::registry {
namespace {

constexpr int most_redirections = 5;

bool is_redirection(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_temporary(int status) {
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

/// {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]} as a line for people.
std::string reason_of(const Answer& answer) {
    const Json document = Json::parse(answer.body, nullptr, false);
    if (document.is_object() && document.contains("errors") && document["errors"].is_array() &&
        !document["errors"].empty() && document["errors"][0].is_object()) {
        const Json& error = document["errors"][0];
        std::string code = error.value("code", Json{}).is_string() ? error["code"] : "error";
        std::ranges::transform(code, code.begin(), [](unsigned char c) {
            return c == '_' ? ' ' : static_cast<char>(std::tolower(c));
        });
        const Json message = error.value("message", Json{});
        return message.is_string() ? code + ": " + message.get<std::string>() : code;
    }
    if (answer.field("content-type").starts_with("text/html"))
        return "it answers with a web page; is this a registry?";
    return "it gives no reason";
}

std::optional<std::chrono::seconds> retry_after(const Answer& answer) {
    const std::string text = answer.field("retry-after");
    long seconds = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || error != std::errc{} || seconds < 0) return std::nullopt;
    return std::chrono::seconds{seconds};
}

void check(const Request& request, const Answer& answer) {
    if (answer.success()) return;
    const std::string reason = reason_of(answer);
    const std::string message = request.method + " " + request.url.str() + ": status " +
                                std::to_string(answer.status) + ": " + reason;
    if (is_temporary(answer.status)) throw Temporary(message, retry_after(answer));
    throw Refused(answer.status, reason == "it gives no reason" ? message : reason);
}

}  // namespace

Session::Session(Endpoint endpoint, Credentials credentials, const Settings& settings)
    : endpoint_{std::move(endpoint)}, credentials_{std::move(credentials)}, settings_{settings} {}

Url Session::url(const std::string& path) const {
    return Url::parse(endpoint_.url + "/v2/" + path);
}

Tls Session::tls_for(const Url& url) const {
    const std::string own = Url::parse(endpoint_.url).host();
    if (url.host() == own) return endpoint_.tls;
    Tls tls = tls_of(url.host(), settings_);
    tls.verify = !tls.authorities.empty() || !is_insecure(url.host(), settings_);
    return tls;
}

Answer Session::exchange(const Request& request, const Wire::Sink& sink) {
    std::unique_ptr<Wire> wire;
    {
        const std::lock_guard lock{mutex_};
        if (!idle_wires_.empty()) {
            wire = std::move(idle_wires_.back());
            idle_wires_.pop_back();
        }
    }
    if (!wire) wire = std::make_unique<Wire>();
    Answer answer = wire->exchange(request, tls_for(request.url), sink);
    const std::lock_guard lock{mutex_};
    idle_wires_.push_back(std::move(wire));
    return answer;
}

// [follow]
Answer Session::follow(Request request, const std::string& proof, const Wire::Sink& sink) {
    const Url registry = Url::parse(endpoint_.url);
    for (int steps = 0; steps <= most_redirections; ++steps) {
        Request step = request;
        // lab 07.2: the proof of who we are goes to the registry itself, and to nobody whom it
        // leads us to.
        if (!proof.empty() && step.url.same_origin(registry))
            step.fields.push_back("Authorization: " + proof);
        // end lab
        Answer answer = exchange(step, sink);
        if (!is_redirection(answer.status)) return answer;
        const Url target = request.url.resolve(answer.field("location"));
        if (request.url.is_secure() && !target.is_secure() && !endpoint_.insecure) {
            throw Refused(answer.status,
                          request.url.str() + " leads from TLS to plain HTTP: " + target.str());
        }
        request.url = target;
    }
    throw Refused(310, "the registry leads in circles: " + request.url.str());
}
// [/follow]

Answer Session::send(const Request& request, const std::vector<std::string>& scopes,
                     const Wire::Sink& sink) {
    try {
        Answer answer = follow(request, proof(scopes), sink);
        if (answer.status == 401) {
            // The token is too old, or covers less than we thought: once more, with what the
            // registry asks for now.
            learn_challenges(answer);
            answer = follow(request, proof(scopes), sink);
        }
        check(request, answer);
        return answer;
    } catch (const Unreachable& error) {
        if (error.reason() == Unreachable::Reason::cut) throw Temporary(error.what());
        throw;
    }
}

Answer Session::ask_whether_it_is_one() {
    const auto ask = [&] { return follow({.url = url("")}, "", {}); };
    if (!endpoint_.insecure) return ask();
    try {
        return ask();
    } catch (const Unreachable&) {
        if (!endpoint_.url.starts_with("https:")) throw;
    }
    endpoint_.url.replace(0, 5, "http");
    return ask();
}

void Session::open() {
    try {
        const Answer answer = ask_whether_it_is_one();
        if (answer.status == 401) return learn_challenges(answer);
        check({.url = url("")}, answer);
    } catch (const Unreachable& error) {
        const std::string message =
            "cannot reach the registry " + endpoint_.host + ": " + error.what();
        if (error.reason() == Unreachable::Reason::cut) throw Temporary(message);
        throw Unreachable(error.reason(), message);
    }
}

void Session::learn_challenges(const Answer& answer) {
    std::vector<Challenge> challenges;
    const auto [first, last] = answer.fields.equal_range("www-authenticate");
    for (auto field = first; field != last; ++field) {
        for (Challenge& challenge : parse_challenges(field->second))
            challenges.push_back(std::move(challenge));
    }
    const std::lock_guard lock{mutex_};
    challenges_ = std::move(challenges);
    tokens_.clear();
}

}  // namespace minidock::registry
