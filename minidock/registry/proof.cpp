// How a Session proves who we are: HTTP's basic authentication, or a token that a server of its own
// gives for it.
#include <algorithm>

#include "minidock/base/json.hpp"
#include "minidock/registry/session.hpp"

namespace minidock::registry {
namespace {

const Challenge* find(const std::vector<Challenge>& challenges, std::string_view scheme) {
    const auto found = std::ranges::find(challenges, scheme, &Challenge::scheme);
    return found != challenges.end() ? &*found : nullptr;
}

/// application/x-www-form-urlencoded
std::string form(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string text;
    for (const auto& [name, value] : fields)
        text += (text.empty() ? "" : "&") + name + "=" + escape(value);
    return text;
}

/// What may stand in a header field: a token must not end it and begin another.
bool is_field_value(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string token_of(const Answer& answer, const std::string& realm) {
    const Json document = parse_json(answer.body, "the answer of the token server " + realm);
    const JsonReader reader{document};
    std::string token = reader.string_or("token", "");
    if (token.empty()) token = reader.string_or("access_token", "");
    if (token.empty() || !is_field_value(token))
        throw BadParameter("the token server " + realm + " gives no token");
    return token;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

}  // namespace

std::string Session::proof(const std::vector<std::string>& scopes) {
    std::vector<Challenge> challenges;
    {
        const std::lock_guard lock{mutex_};
        challenges = challenges_;
    }
    if (const Challenge* bearer = find(challenges, "bearer"))
        return "Bearer " + token(*bearer, scopes);
    if (find(challenges, "basic") != nullptr && !credentials_.user.empty())
        return credentials_.basic();
    return {};
}

std::string Session::token(const Challenge& challenge, const std::vector<std::string>& scopes) {
    if (!credentials_.registry_token.empty()) {
        if (!is_field_value(credentials_.registry_token))
            throw BadParameter("the registry token has characters that no token has");
        return credentials_.registry_token;
    }
    {
        const std::lock_guard lock{mutex_};
        if (const auto known = tokens_.find(scopes); known != tokens_.end()) return known->second;
    }
    std::string fresh = fetch_token(challenge, scopes);
    const std::lock_guard lock{mutex_};
    tokens_[scopes] = fresh;
    return fresh;
}

std::string Session::fetch_token(const Challenge& challenge,
                                 const std::vector<std::string>& scopes) {
    const std::string realm = challenge.parameter("realm");
    Request request{.url = Url::parse(realm)};
    if (!request.url.is_secure() && !endpoint_.insecure &&
        !is_insecure(request.url.host(), settings_)) {
        throw Refused(401, "the registry " + endpoint_.host +
                               " wants our credentials sent over plain HTTP, to " + realm);
    }
    // lab 07.3: ask the realm for a token: for which service, for which scopes, and as whom. With
    // an identity token that is a POST (OAuth2's refresh), else a GET with basic authentication.
    const std::string service = challenge.parameter("service");
    if (!credentials_.identity_token.empty()) {
        request.method = "POST";
        request.fields = {"Content-Type: application/x-www-form-urlencoded"};
        request.body = form({{"grant_type", "refresh_token"},
                             {"refresh_token", credentials_.identity_token},
                             {"service", service},
                             {"scope", joined(scopes)},
                             {"client_id", "minidock"}});
    } else {
        if (!service.empty()) request.url = request.url.with_query("service", service);
        for (const std::string& scope : scopes)
            request.url = request.url.with_query("scope", scope);
        if (!credentials_.user.empty()) {
            request.url = request.url.with_query("account", credentials_.user);
            request.fields = {"Authorization: " + credentials_.basic()};
        }
    }
    // end lab
    const Answer answer = exchange(request, {});
    if (!answer.success()) {
        const bool unknown = answer.status == 401 || answer.status == 403;
        throw Refused(answer.status, unknown
                                         ? "unauthorized: incorrect username or password"
                                         : "the token server " + realm + " answers with status " +
                                               std::to_string(answer.status));
    }
    return token_of(answer, realm);
}

void Session::log_in() {
    send({.url = url("")}, {});
}

}  // namespace minidock::registry
