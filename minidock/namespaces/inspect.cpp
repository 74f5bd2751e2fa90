#include "minidock/namespaces/inspect.hpp"

#include <sys/stat.h>

#include "minidock/base/error.hpp"

namespace minidock::namespaces {

std::string namespace_file(pid_t pid, Kind kind) {
    return "/proc/" + std::to_string(pid) + "/ns/" + std::string{proc_name(kind)};
}

std::map<Kind, NamespaceId> namespaces_of(pid_t pid) {
    std::map<Kind, NamespaceId> found;
    for (const Kind kind : all_kinds) {
        // lab 01.2: stat the kind's file of this process, and keep the inode number.
        struct stat info {};
        const std::string file = namespace_file(pid, kind);
        if (::stat(file.c_str(), &info) == 0) {
            found[kind] = info.st_ino;
        } else if (errno != ENOENT) {
            throw SystemError("look at " + file);
        }
        // end lab
    }
    if (found.empty()) throw SystemError("look at process " + std::to_string(pid), ESRCH);
    return found;
}

}  // namespace minidock::namespaces
