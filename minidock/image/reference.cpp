#include "minidock/image/reference.hpp"

#include <algorithm>

#include "minidock/base/error.hpp"

namespace minidock::image {
namespace {

constexpr std::string_view default_domain = "docker.io";
constexpr std::string_view old_default_domain = "index.docker.io";
constexpr std::string_view official_folder = "library/";
constexpr std::string_view default_tag = "latest";
constexpr std::size_t longest_tag = 128;
constexpr std::size_t longest_repository = 255;

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
    return is_lower(c) || is_upper(c) || is_digit(c);
}

[[noreturn]] void refuse(std::string_view text, const std::string& reason) {
    throw BadParameter("invalid reference format: \"" + std::string{text.substr(0, 300)} +
                       "\": " + reason);
}

/// Alphanumeric parts joined by one ".", one or two "_", or any number of "-".
bool is_path_component(std::string_view text) {
    const auto is_word = [](char c) { return is_lower(c) || is_digit(c); };
    std::size_t at = 0;
    for (;;) {
        const std::size_t word = at;
        while (at < text.size() && is_word(text[at]))
            ++at;
        if (at == word) return false;
        if (at == text.size()) return true;
        const char separator = text[at];
        if (separator != '.' && separator != '_' && separator != '-') return false;
        const std::size_t start = at;
        while (at < text.size() && text[at] == separator)
            ++at;
        const std::size_t length = at - start;
        if (separator == '.' && length > 1) return false;
        if (separator == '_' && length > 2) return false;
    }
}

bool is_path(std::string_view text) {
    for (;;) {
        const std::size_t slash = text.find('/');
        if (!is_path_component(text.substr(0, slash))) return false;
        if (slash == std::string_view::npos) return true;
        text.remove_prefix(slash + 1);
    }
}

/// A part of a host name: alphanumeric at both ends, "-" inside.
bool is_host_part(std::string_view text) {
    return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
           std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_host(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']')) {  // an IPv6 address
        text = text.substr(1, text.size() - 2);
        return !text.empty() && std::ranges::all_of(text, [](char c) {
            return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':';
        });
    }
    for (;;) {
        const std::size_t dot = text.find('.');
        if (!is_host_part(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

bool is_domain(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const std::size_t bracket = text.rfind(']');
    if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) {
        return is_host(text);
    }
    const std::string_view port = text.substr(colon + 1);
    return !port.empty() && std::ranges::all_of(port, is_digit) && is_host(text.substr(0, colon));
}

bool is_tag(std::string_view text) {
    const auto is_word = [](char c) { return is_alphanumeric(c) || c == '_'; };
    return !text.empty() && text.size() <= longest_tag && is_word(text.front()) &&
           std::ranges::all_of(text, [&](char c) { return is_word(c) || c == '.' || c == '-'; });
}

/// Whether what stands before the first slash names a registry rather than a folder of the
/// default one.
bool looks_like_domain(std::string_view text) {
    return text == "localhost" || text.find_first_of(".:") != std::string_view::npos ||
           std::ranges::any_of(text, is_upper);
}

}  // namespace

Reference Reference::parse(std::string_view text) {
    Reference reference;
    std::string_view rest = text;
    if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
        reference.digest_ = Digest::try_parse(rest.substr(at + 1));
        if (!reference.digest_) refuse(text, "what follows the @ is not a digest");
        rest = rest.substr(0, at);
    }
    const std::size_t slash = rest.find('/');
    if (slash != std::string_view::npos && looks_like_domain(rest.substr(0, slash))) {
        reference.domain_ = rest.substr(0, slash);
        rest.remove_prefix(slash + 1);
    }
    if (const std::size_t colon = rest.find(':'); colon != std::string_view::npos) {
        reference.tag_ = rest.substr(colon + 1);
        rest = rest.substr(0, colon);
    }
    reference.path_ = rest;

    if (reference.path_.empty()) refuse(text, "the repository has no name");
    if (std::ranges::any_of(reference.path_, is_upper)) {
        refuse(text, "repository name must be lowercase");
    }
    if (!is_path(reference.path_)) refuse(text, "the repository's name is malformed");
    if (reference.tag_ && !is_tag(*reference.tag_)) refuse(text, "the tag is malformed");
    if (!reference.domain_.empty() && !is_domain(reference.domain_)) {
        refuse(text, "the registry's name is malformed");
    }
    if (Digest::from_hex(text)) refuse(text, "64 hexadecimal digits are an ID, not a name");

    if (reference.domain_.empty() || reference.domain_ == old_default_domain) {
        reference.domain_ = default_domain;
    }
    if (reference.domain_ == default_domain && reference.path_.find('/') == std::string::npos) {
        reference.path_.insert(0, official_folder);
    }
    if (reference.path_.size() > longest_repository) {
        refuse(text, "the repository's name is longer than 255 characters");
    }
    return reference;
}

Reference Reference::with_default_tag() const {
    return tag_ || digest_ ? *this : with_tag(default_tag);
}

Reference Reference::with_tag(std::string_view tag) const {
    if (!is_tag(tag)) refuse(tag, "the tag is malformed");
    Reference other = *this;
    other.tag_ = tag;
    other.digest_.reset();
    return other;
}

Reference Reference::with_digest(const Digest& digest) const {
    Reference other = *this;
    other.tag_.reset();
    other.digest_ = digest;
    return other;
}

Reference Reference::without_tag() const {
    return digest_ ? with_digest(*digest_) : *this;
}

std::string Reference::suffix() const {
    return (tag_ ? ":" + *tag_ : "") + (digest_ ? "@" + digest_->str() : "");
}

std::string Reference::str() const {
    return repository() + suffix();
}

std::string Reference::familiar_repository() const {
    if (domain_ != default_domain) return repository();
    const bool official = path_.starts_with(official_folder) &&
                          path_.find('/', official_folder.size()) == std::string::npos;
    return official ? path_.substr(official_folder.size()) : path_;
}

std::string Reference::familiar() const {
    return familiar_repository() + suffix();
}

}  // namespace minidock::image
