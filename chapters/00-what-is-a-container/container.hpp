// A container in one file, by bare kernel calls. It is a sketch of what chapters 01 to 05 build
// properly: see clone(2), namespaces(7), pivot_root(2).
#pragma once

#include <string>

#include "minidock/base/child.hpp"

namespace minidock::chapter00 {

/// Starts a program of the image in `folder` as a container: in namespaces of its own, with the
/// image as its root (read-only), and as PID 1. `program.path` is a path in there, or a bare name
/// that is looked for in /bin. Without root it gets a user namespace too.
/// @throws SystemError naming the step that the kernel refused, when it ran in the container too
Child start_container(const std::string& folder, const Program& program);

}  // namespace minidock::chapter00
