// From a method and a path to a handler.
//
// Patterns are paths with placeholders: {id} stands for one segment, {name...} for one or more
// (image names have slashes): "/containers/{id}/start", "/images/{name...}/json". A literal segment
// wins over a placeholder, whatever the order in which the routes came.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/http/exchange.hpp"

namespace minidock::http {

using Handler = std::function<void(Exchange&)>;

class Router {
  public:
    /// @throws std::logic_error when the method and pattern are taken
    void add(std::string method, std::string pattern, Handler handler);

    /// Fills in the request's path parameters.
    /// @return the handler of the request's method and path
    /// @throws NotFound "page not found", or StatusError 405 when only the method is wrong
    const Handler& find(Request& request) const;

  private:
    struct Route {
        std::string method;
        std::string pattern;
        std::vector<std::string> segments;
        Handler handler;
    };
    std::vector<Route> routes_;
};

}  // namespace minidock::http
