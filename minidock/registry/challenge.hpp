// What a server that says 401 wants to see: the field WWW-Authenticate, RFC 9110 section 11.6.1.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace minidock::registry {

/// One way to prove oneself: Bearer realm="https://auth.example.com/token",service="r".
struct Challenge {
    std::string scheme;  ///< in lower case: "basic", "bearer"
    std::map<std::string, std::string> parameters;

    bool operator==(const Challenge&) const = default;
    /// Empty when it is missing.
    [[nodiscard]] std::string parameter(const std::string& name) const;
};

/// Reads one field, which may hold several challenges. What is malformed ends it.
std::vector<Challenge> parse_challenges(std::string_view field);

}  // namespace minidock::registry
