// How a layer says that something of the layers below is gone: by files with reserved names (OCI
// image specification, "Whiteouts"). On disk, overlayfs wants device nodes and an attribute
// instead (Documentation/filesystems/overlayfs.rst); tree_writer.cpp makes these.
#pragma once

#include <string_view>

namespace minidock::image {

/// What an entry of a layer stands for, going by its name.
struct Whiteout {
    enum class Kind {
        none,      ///< an entry like any other
        removed,   ///< ".wh.NAME": NAME of the layers below is not there
        opaque,    ///< ".wh..wh..opq": nothing of this folder in the layers below is there
        metadata,  ///< other names with ".wh..wh.": aufs kept notes there, and layers carry them
    };
    Kind kind;
    std::string_view name;  ///< of what is removed
};

/// @param base_name  the last component of the entry's path
Whiteout classify_name(std::string_view base_name);

}  // namespace minidock::image
