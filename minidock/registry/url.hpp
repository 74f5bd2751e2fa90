// Addresses on the web (RFC 3986), as libcurl reads them: curl_url(3).
#pragma once

#include <string>
#include <string_view>

namespace minidock::registry {

class Url {
  public:
    /// @throws BadParameter when it is no http or https URL
    static Url parse(const std::string& text);

    /// What a Location or a reference in an answer from here leads to.
    [[nodiscard]] Url resolve(const std::string& location) const;
    /// The same with NAME=VALUE added to its query, escaped.
    [[nodiscard]] Url with_query(std::string_view name, std::string_view value) const;

    [[nodiscard]] const std::string& str() const noexcept { return text_; }
    [[nodiscard]] bool is_secure() const { return text_.starts_with("https:"); }
    /// "localhost:5000", with the port also where it is the usual one.
    [[nodiscard]] const std::string& host() const noexcept { return host_; }
    /// Whether credentials for one are meant for the other: scheme, host and port are the same.
    [[nodiscard]] bool same_origin(const Url& other) const {
        return host_ == other.host_ && is_secure() == other.is_secure();
    }

  private:
    Url() = default;
    std::string text_;
    std::string host_;
};

/// Escapes all but RFC 3986's unreserved characters.
std::string escape(std::string_view text);

}  // namespace minidock::registry
