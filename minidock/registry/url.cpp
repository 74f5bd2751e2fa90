#include "minidock/registry/url.hpp"

#include <curl/curl.h>

#include <memory>

#include "minidock/base/error.hpp"

namespace minidock::registry {
namespace {

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part(const Handle& handle, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(handle.get(), which, &text, flags) != CURLUE_OK) return {};
    std::string copy{text};
    curl_free(text);
    return copy;
}

Handle parsed(const std::string& text) {
    Handle handle{curl_url(), curl_url_cleanup};
    const CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, text.c_str(), 0);
    if (code != CURLUE_OK) {
        throw BadParameter("\"" + text.substr(0, 200) + "\" is no URL: " + curl_url_strerror(code));
    }
    return handle;
}

}  // namespace

Url Url::parse(const std::string& text) {
    const Handle handle = parsed(text);
    const std::string scheme = part(handle, CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https")
        throw BadParameter("\"" + text.substr(0, 200) + "\" is no http or https URL");
    Url url;
    url.text_ = part(handle, CURLUPART_URL);
    url.host_ =
        part(handle, CURLUPART_HOST) + ":" + part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    return url;
}

Url Url::resolve(const std::string& location) const {
    const Handle handle = parsed(text_);
    if (curl_url_set(handle.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK)
        throw BadParameter("the registry leads to \"" + location.substr(0, 200) + "\", no URL");
    return parse(part(handle, CURLUPART_URL));
}

Url Url::with_query(std::string_view name, std::string_view value) const {
    const char sign = text_.find('?') == std::string::npos ? '?' : '&';
    return parse(text_ + sign + std::string{name} + "=" + escape(value));
}

std::string escape(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string escaped;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view{"-._~"}.find(c) != std::string_view::npos;
        if (plain) {
            escaped += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        escaped += '%';
        escaped += digits[byte >> 4U];
        escaped += digits[byte & 0xFU];
    }
    return escaped;
}

}  // namespace minidock::registry
