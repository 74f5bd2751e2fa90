// Removes a folder with all in it, of any depth: one descriptor is open at a time and nothing
// recurses, so a tree of ten thousand nested folders is no different from another.
#pragma once

#include <string>

namespace minidock::image {

/// Removes `name` in the folder `at`; what is not there is no error. Nobody else may be moving
/// folders about in there at the time.
/// @throws SystemError
void remove_tree(int at, const std::string& name);

}  // namespace minidock::image
