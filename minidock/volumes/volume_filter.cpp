#include "minidock/volumes/volume_filter.hpp"

#include <algorithm>

#include "minidock/base/error.hpp"

namespace minidock::volumes {
namespace {

bool has_label(const StringMap& labels, const std::string& wish) {
    const std::size_t equals = wish.find('=');
    const auto label = labels.find(wish.substr(0, equals));
    if (label == labels.end()) return false;
    return equals == std::string::npos || label->second == wish.substr(equals + 1);
}

bool parse_boolean(const std::string& text) {
    for (const char* yes : {"1", "t", "T", "true", "True", "TRUE"}) {
        if (text == yes) return true;
    }
    for (const char* no : {"0", "f", "F", "false", "False", "FALSE"}) {
        if (text == no) return false;
    }
    throw BadParameter("invalid filter 'dangling=" + text + "'");
}

}  // namespace

bool labels_pass(const Volume& volume, const http::Filters& filters) {
    const auto has = [&](const std::string& wish) { return has_label(volume.labels, wish); };
    const auto& wanted = filters.values("label");
    const auto& unwanted = filters.values("label!");
    return std::all_of(wanted.begin(), wanted.end(), has) &&
           std::none_of(unwanted.begin(), unwanted.end(), has);
}

bool passes(const Volume& volume, const http::Filters& filters, const References& users) {
    for (const std::string& wish : filters.values("dangling")) {
        if (parse_boolean(wish) == users.contains(volume.name)) return false;
    }
    const auto& names = filters.values("name");
    const bool named =
        names.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& part) {
            return volume.name.find(part) != std::string::npos;
        });
    return named && filters.matches("driver", "local") && labels_pass(volume, filters);
}

}  // namespace minidock::volumes
