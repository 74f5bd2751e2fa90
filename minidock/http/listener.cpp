#include "minidock/http/listener.hpp"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "minidock/base/error.hpp"
#include "minidock/base/unix_socket.hpp"

namespace minidock::http {
namespace {

bool somebody_answers(const std::string& path) {
    try {
        connect_unix(path);
        return true;
    } catch (const SystemError&) {
        return false;
    }
}

/// A socket whose server has died stays in the file system and makes bind(2) fail.
void clear_the_way(const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) < 0) return;
    if (!S_ISSOCK(found.st_mode)) throw Conflict(path + " exists and is not a socket");
    if (somebody_answers(path)) throw Conflict("another daemon answers at " + path + " already");
    if (::unlink(path.c_str()) < 0) throw SystemError("remove the dead socket " + path);
}

}  // namespace

Fd listen_for_clients(const std::string& path, const std::string& group) {
    clear_the_way(path);
    Fd listener = listen_unix(path, 0660);
    if (const ::group* entry = ::getgrnam(group.c_str()); entry != nullptr) {
        if (::chown(path.c_str(), static_cast<uid_t>(-1), entry->gr_gid) < 0)
            throw SystemError("give " + path + " to group " + group);
    }
    return listener;
}

}  // namespace minidock::http
