#include "minidock/security/own_program.hpp"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/base/kernel/process.hpp"

namespace minidock::security {
namespace {

constexpr const char* own_file = "/proc/self/exe";
constexpr int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

/// @throws SystemError EPERM without CAP_SYS_ADMIN
Fd read_only_mount() {
    Fd mount = kernel::open_tree(AT_FDCWD, own_file, OPEN_TREE_CLONE,
                                 {4, "our own program file, on a mount without a name"});
    kernel::mount_setattr(mount.get(), false, {.set = MOUNT_ATTR_RDONLY},
                          {4, "nobody can write it through /proc/self/exe (CVE-2019-5736)"});
    return mount;
}

/// For who may not mount: a copy in memory that nobody can change (memfd_create(2)).
Fd sealed_copy() {
    const Fd file = open_file(own_file, O_RDONLY);
    struct stat info {};
    if (::fstat(file.get(), &info) < 0) throw SystemError("look at our own program");
    Fd copy{::memfd_create("minirun", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    if (!copy) throw SystemError("make a file for a copy of our own program");
    for (off_t done = 0; done < info.st_size;) {
        const ssize_t n = ::sendfile(copy.get(), file.get(), &done,
                                     static_cast<std::size_t>(info.st_size - done));
        if (n <= 0) throw SystemError("copy our own program");
    }
    if (::fcntl(copy.get(), F_ADD_SEALS, all_seals) < 0) {
        throw SystemError("seal the copy of our own program");
    }
    return copy;
}

bool is_protected() {
    struct statvfs place {};
    if (::statvfs(own_file, &place) < 0) throw SystemError("look where our own program is");
    if ((place.f_flag & ST_RDONLY) != 0) return true;
    const Fd file = open_file(own_file, O_RDONLY);
    return ::fcntl(file.get(), F_GET_SEALS) == all_seals;
}

Fd protected_file() {
    try {
        return read_only_mount();
    } catch (const SystemError& error) {
        if (error.error() != EPERM && error.error() != EINVAL) throw;
        return sealed_copy();
    }
}

}  // namespace

// [own-program]
void run_from_protected_program(char** arguments) {
    if (is_protected()) {
        // The kernel named us after the descriptor that we were started from.
        ::prctl(PR_SET_NAME, "minirun", 0, 0, 0);
        return;
    }
    std::vector<std::string> words;
    for (; *arguments != nullptr; ++arguments)
        words.emplace_back(*arguments);
    std::vector<std::string> environment;
    for (char** variable = environ; *variable != nullptr; ++variable)
        environment.emplace_back(*variable);
    const Fd file = protected_file();
    kernel::execve(fd_path(file.get()), words, environment, {4, "start again, from there"});
}
// [/own-program]

}  // namespace minidock::security
