#include "minidock/containers/runtime_choice.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"

namespace minidock::containers {

std::string runtime_path(const std::string& name, const std::string& default_runtime) {
    static constexpr std::array known{"minirun", "runc", "crun", "io.containerd.runc.v2"};
    const std::filesystem::path usual{default_runtime};
    if (name.empty() || name == usual.filename()) return default_runtime;
    // What containerd calls its usual runtime stands for whatever is the usual one here.
    if (name == known.back()) return default_runtime;
    if (std::find(known.begin(), known.end(), name) != known.end()) {
        for (const std::string& folder :
             {usual.parent_path().string(), own_program_folder(), std::string{"/usr/local/sbin"},
              std::string{"/usr/local/bin"}, std::string{"/usr/sbin"}, std::string{"/usr/bin"}}) {
            std::string path = folder + "/" + name;
            if (::access(path.c_str(), X_OK) == 0) return path;
        }
    }
    throw BadParameter("unknown or invalid runtime name: " + name);
}

}  // namespace minidock::containers
