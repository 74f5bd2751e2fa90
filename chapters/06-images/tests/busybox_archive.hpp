// An archive with one image to run: Debian's static busybox, as "busybox:latest".
#pragma once

#include <fcntl.h>

#include <string>

#include "chapters/06-images/tests/archives.hpp"
#include "minidock/base/fd.hpp"
#include "tests/support/bundle.hpp"
#include "tests/support/command.hpp"

namespace minidock::test {

/// @param folder  somewhere for the archive, and for what it is made of
/// @return its path
inline std::string make_busybox_archive(const std::string& folder) {
    make_busybox_root(folder + "/root");
    const std::string layer = run({"tar", "-C", folder + "/root", "-c", "."}).out;
    std::string path = folder + "/busybox.tar";
    write_all(open_file(path, O_WRONLY | O_CREAT, 0644).get(),
              docker_archive({layer}, {"busybox:latest"}), path);
    return path;
}

}  // namespace minidock::test
