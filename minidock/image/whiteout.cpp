#include "minidock/image/whiteout.hpp"

namespace minidock::image {

Whiteout classify_name(std::string_view base_name) {
    using Kind = Whiteout::Kind;
    // lab 06.2: tell the four kinds apart by the prefixes.
    constexpr std::string_view prefix = ".wh.";
    constexpr std::string_view metadata_prefix = ".wh..wh.";
    if (base_name == ".wh..wh..opq") return {Kind::opaque, {}};
    if (base_name.starts_with(metadata_prefix)) return {Kind::metadata, {}};
    if (base_name.starts_with(prefix)) return {Kind::removed, base_name.substr(prefix.size())};
    return {Kind::none, {}};
    // end lab
}

}  // namespace minidock::image
