#include "minidock/containers/seccomp.hpp"

#include "minidock/base/error.hpp"
#include "minidock/security/seccomp.hpp"
#include "minidock/security/seccomp_profile.hpp"

namespace minidock::containers {
namespace {

/// What follows "seccomp=" (or, in old clients, "seccomp:"); the last one counts. The client has
/// read the file by then and sends its content.
std::optional<std::string> choice_of_user(const HostConfig& host) {
    std::optional<std::string> choice;
    for (const std::string& option : host.security_opt) {
        if (option.starts_with("seccomp=") || option.starts_with("seccomp:")) {
            choice = option.substr(8);
        }
    }
    return choice;
}

Json parse_profile(const std::string& text) {
    try {
        return parse_json(text, "the seccomp profile");
    } catch (const BadParameter& error) {
        throw BadParameter(std::string{"decoding seccomp profile failed: "} + error.what());
    }
}

}  // namespace

std::optional<Json> seccomp_filter(const HostConfig& host, const Json& default_profile,
                                   security::CapabilitySet capabilities) {
    const std::optional<std::string> choice = choice_of_user(host);
    if (choice == "unconfined" || (host.privileged && !choice)) return std::nullopt;
    const auto conditions = security::ProfileConditions::of_this_machine(capabilities);
    if (!choice || *choice == "builtin") {
        return security::resolve_profile(default_profile, conditions);
    }
    Json filter = security::resolve_profile(parse_profile(*choice), conditions);
    security::parse_seccomp(JsonReader{filter});  // now, not when the container starts
    return filter;
}

}  // namespace minidock::containers
