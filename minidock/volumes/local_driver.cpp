#include "minidock/volumes/local_driver.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/stat.h>
#include <netdb.h>
#include <sys/stat.h>

#include <memory>
#include <vector>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/mount.hpp"
#include "minidock/rootfs/mount_options.hpp"

namespace minidock::volumes {
namespace {

std::string option(const StringMap& options, const std::string& name) {
    const auto found = options.find(name);
    return found == options.end() ? "" : found->second;
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> words;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view word = rest.substr(0, rest.find(','));
        if (!word.empty()) words.emplace_back(word);
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    }
    return words;
}

struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

/// "addr=files.example.org" as "addr=192.0.2.7": the kernel's NFS client resolves no names.
std::string with_address(const std::string& word) {
    const std::string name = word.substr(word.find('=') + 1);
    const addrinfo hints{.ai_socktype = SOCK_STREAM};
    addrinfo* list = nullptr;
    if (const int error = ::getaddrinfo(name.c_str(), nullptr, &hints, &list); error != 0)
        throw BadParameter(fmt::format("error resolving passed in network volume address: {}: {}",
                                       name, ::gai_strerror(error)));
    const std::unique_ptr<addrinfo, FreeAddresses> owner{list};
    char text[NI_MAXHOST] = {};
    if (::getnameinfo(list->ai_addr, list->ai_addrlen, text, sizeof text, nullptr, 0,
                      NI_NUMERICHOST) != 0)
        throw BadParameter("error resolving passed in network volume address: " + name);
    return std::string{"addr="} + text;
}

/// What the kernel's errno means for somebody who wrote the options.
std::string advice(int error, const std::string& type) {
    switch (error) {
        case ENODEV:
            return fmt::format(
                ": this kernel has no file system \"{0}\"; see /proc/filesystems, or "
                "load its module: modprobe {0}",
                type);
        case ENOENT:
            return ": the device is not there";
        case EINVAL:
            return ": the file system does not know one of the options, or needs more of them";
        default:
            return "";
    }
}

// [mount-options]
void mount_with_options(const StringMap& options, const std::string& folder) {
    const std::string type = option(options, "type");
    std::vector<std::string> words = split(option(options, "o"));
    for (std::string& word : words) {
        if (type.starts_with("nfs") && word.starts_with("addr=")) word = with_address(word);
    }
    const rootfs::MountOptions parsed = rootfs::parse_mount_options(words);
    kernel::mount({.source = option(options, "device"),
                   .target = folder,
                   .type = parsed.is_bind() ? "" : type,
                   .flags = parsed.flags.set,
                   .data = parsed.data},
                  {9, "what the volume's options describe, for all its containers"});
    // A bind mount takes its flags only when it is mounted a second time.
    const unsigned long later = parsed.flags.set & ~static_cast<unsigned long>(MS_BIND | MS_REC);
    if (parsed.is_bind() && later != 0) {
        kernel::mount({.target = folder, .flags = MS_REMOUNT | MS_BIND | later},
                      {9, "the flags of the bind mount: read-only, nosuid, …"});
    }
}
// [/mount-options]

}  // namespace

void check_options(const StringMap& options) {
    for (const auto& [name, value] : options) {
        if (name == "size") {
            throw Unsupported(
                "quota size requested but no quota support: a volume's size can be limited with "
                "--opt type=tmpfs --opt device=tmpfs --opt o=size=…");
        }
        if (name != "type" && name != "o" && name != "device")
            throw BadParameter(fmt::format("invalid option: \"{}\"", name));
    }
    if (options.empty()) return;
    for (const char* name : {"device", "type"}) {
        if (option(options, name).empty())
            throw BadParameter(fmt::format("missing required option: \"{}\"", name));
    }
    (void)rootfs::parse_mount_options(split(option(options, "o")));
}

bool needs_mount(const Volume& volume) {
    return !volume.options.empty();
}

bool is_mount_point(const std::string& path) {
    struct statx status {};
    if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, 0, &status) < 0)
        throw SystemError("look at " + path);
    return (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

void mount_volume(const Volume& volume, const std::string& folder) {
    if (!needs_mount(volume) || is_mount_point(folder)) return;
    try {
        mount_with_options(volume.options, folder);
    } catch (const SystemError& error) {
        const std::string type = option(volume.options, "type");
        throw BadParameter(fmt::format(
            "error while mounting volume '{}': failed to mount local volume: mount {}:{}, flags: "
            "{}: {}{}",
            volume.name, option(volume.options, "device"), folder, option(volume.options, "o"),
            error.code().message(), advice(error.error(), type)));
    }
}

void unmount_volume(const std::string& folder) {
    while (is_mount_point(folder))
        kernel::umount(folder, 0, {9, "no container uses the volume any more"});
}

}  // namespace minidock::volumes
