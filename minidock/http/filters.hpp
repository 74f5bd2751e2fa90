// The `filters` parameter of Docker's lists: {"label":["a=b"],"status":["running"]}, or in the
// older form {"label":{"a=b":true}}.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace minidock::http {

class Filters {
  public:
    /// @throws BadParameter when `json` has neither form
    static Filters parse(std::string_view json);

    /// @throws BadParameter "invalid filter 'x'" when there is one that is not among `names`
    void allow_only(std::initializer_list<std::string_view> names) const;

    [[nodiscard]] bool has(std::string_view name) const;
    /// The values given for `name`; none when it is not filtered by.
    [[nodiscard]] const std::vector<std::string>& values(std::string_view name) const;
    /// Whether `value` passes: no filter of this name was given, or one of its values is `value`.
    [[nodiscard]] bool matches(std::string_view name, std::string_view value) const;

  private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

}  // namespace minidock::http
