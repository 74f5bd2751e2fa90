#include "minidock/volumes/volume.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "minidock/base/error.hpp"

namespace minidock::volumes {
namespace {

constexpr std::size_t longest_name = 255;  // NAME_MAX: it is a folder's name

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name_character(char c) {
    return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-';
}

}  // namespace

StringMap map_of(const JsonReader& document, const char* key) {
    StringMap map;
    if (const auto value = document.find(key)) {
        for (auto& [name, text] : value->string_map())
            map[name] = text;
    }
    return map;
}

void check_volume_name(const std::string& name) {
    if (name.size() == 1) {
        throw BadParameter(
            "volume name is too short, names should be at least two alphanumeric characters");
    }
    if (name.empty() || !is_letter_or_digit(name.front()) ||
        !std::all_of(name.begin(), name.end(), is_name_character)) {
        throw BadParameter(fmt::format(
            "create {0}: \"{0}\" includes invalid characters for a local volume name, only "
            "\"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, "
            "use absolute path",
            name));
    }
    if (name.size() > longest_name) {
        throw BadParameter(fmt::format("create {}...: a volume's name has at most {} characters",
                                       name.substr(0, 20), longest_name));
    }
}

Json to_json(const Volume& volume) {
    return {{"CreatedAt", to_rfc3339(volume.created)},
            {"Labels", volume.labels},
            {"Options", volume.options}};
}

Volume parse_volume(const std::string& name, const Json& document) {
    const JsonReader reader{document};
    return {.name = name,
            .created = from_rfc3339(reader.at("CreatedAt").string()).value_or(Timestamp{}),
            .labels = map_of(reader, "Labels"),
            .options = map_of(reader, "Options")};
}

}  // namespace minidock::volumes
