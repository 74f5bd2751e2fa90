// A request's head: its method, its target and its header fields (RFC 9110, RFC 9112).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "minidock/http/query.hpp"

namespace minidock::http {

/// Header fields in their order; names compare without regard to case.
class Headers {
  public:
    void add(std::string name, std::string value);
    /// The first field of that name; empty when there is none.
    [[nodiscard]] std::string_view get(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const;
    /// Whether a field that is a comma-separated list, such as Connection, contains `token`.
    [[nodiscard]] bool lists(std::string_view name, std::string_view token) const;
    [[nodiscard]] auto begin() const { return fields_.begin(); }
    [[nodiscard]] auto end() const { return fields_.end(); }

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
    std::string method;  ///< "GET"
    std::string path;    ///< still escaped, without the query: "/images/a%2Fb/json"
    Query query;
    Headers headers;
    int minor_version = 1;  ///< 0 for HTTP/1.0, 1 for HTTP/1.1
    /// What the placeholders of the route's pattern stood for, unescaped.
    std::map<std::string, std::string, std::less<>> parameters;

    /// The path parameter of this name; the route's pattern must have it.
    [[nodiscard]] const std::string& parameter(std::string_view name) const;
    /// Whether the client asked to take the connection over: "Connection: Upgrade".
    [[nodiscard]] bool wants_upgrade() const;
    /// Splits "/path?query" into path and query.
    void set_target(std::string_view target);
};

}  // namespace minidock::http
