#include "minidock/base/temp_dir.hpp"

#include <cstdlib>
#include <filesystem>

#include "minidock/base/error.hpp"

namespace minidock {

TempDir::TempDir(const std::string& prefix) : path_{prefix + "XXXXXX"} {
    if (::mkdtemp(path_.data()) == nullptr) throw SystemError("make the folder " + path_);
}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
    if (this != &other) {
        remove();
        path_ = std::exchange(other.path_, {});
    }
    return *this;
}

void TempDir::remove() noexcept {
    if (path_.empty()) return;
    std::error_code ignored;  // a destructor has nobody to tell
    std::filesystem::remove_all(path_, ignored);
    path_.clear();
}

}  // namespace minidock
