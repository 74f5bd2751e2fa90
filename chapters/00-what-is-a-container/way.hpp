// The three ways of starting a command of an image: as a process, as a container, as a machine.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "chapters/00-what-is-a-container/machine.hpp"
#include "minidock/base/child.hpp"

namespace minidock::chapter00 {

/// Descriptors to hand on: ours -> its.
using Descriptors = std::vector<std::pair<int, int>>;

/// How to start a command in one of the ways, and what must be on the disk for it.
struct Way {
    std::string name;
    std::function<Child(const Descriptors&)> start;
    std::string memory_of;  ///< whose memory is measured: that of the child which start() gives
    std::vector<std::string> files;  ///< the files and folders that it needs
    std::string disk_of;             ///< what these are
};

/// @param image   the folder that make_image() filled
/// @param command a command of busybox and its arguments
Way as_process(const std::string& image, const std::vector<std::string>& command);
Way as_container(const std::string& image, const std::vector<std::string>& command);

/// Packs the initial RAM disk into `initrd_file`, which must stay while machines start.
Way as_machine(const std::string& image, const std::vector<std::string>& command,
               const Machine& machine, const std::string& initrd_file);

}  // namespace minidock::chapter00
