#include "minidock/image/entry_path.hpp"

#include <fmt/format.h>

#include "minidock/base/error.hpp"

namespace minidock::image {

EntryPath EntryPath::parse(std::string_view raw) {
    // lab 06.3: give back the path without "." and doubled slashes; refuse what is absolute, has a
    // ".." in it, or is too long for the kernel.
    constexpr std::size_t longest = 4095;  // PATH_MAX less its terminating zero
    if (raw.empty()) throw BadParameter("entry \"\": it has no name");
    if (raw.starts_with('/'))
        throw BadParameter("entry " + printable(raw) + ": its path is absolute");
    if (raw.size() > longest) {
        throw BadParameter("entry " + printable(raw) + ": its path is longer than 4095 bytes");
    }
    const std::string_view whole = raw;
    std::string path;
    while (!raw.empty()) {
        const std::size_t slash = raw.find('/');
        const std::string_view component = raw.substr(0, slash);
        if (component == "..") {
            throw BadParameter("entry " + printable(whole) + ": its path has \"..\" in it");
        }
        if (!component.empty() && component != ".") {
            if (!path.empty()) path += '/';
            path += component;
        }
        raw.remove_prefix(slash == std::string_view::npos ? raw.size() : slash + 1);
    }
    return EntryPath{std::move(path)};
    // end lab
}

std::string_view EntryPath::parent() const {
    const std::size_t slash = path_.rfind('/');
    return slash == std::string::npos ? std::string_view{}
                                      : std::string_view{path_}.substr(0, slash);
}

std::string EntryPath::name() const {
    const std::size_t slash = path_.rfind('/');
    return slash == std::string::npos ? path_ : path_.substr(slash + 1);
}

std::string printable(std::string_view name) {
    constexpr std::size_t longest = 120;
    std::string text = "\"";
    for (const char c : name.substr(0, longest)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            text += fmt::format("\\x{:02x}", byte);
        } else {
            text += c;
        }
    }
    return text + (name.size() > longest ? "…\"" : "\"");
}

}  // namespace minidock::image
