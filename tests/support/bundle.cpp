#include "tests/support/bundle.hpp"

#include <filesystem>
#include <sstream>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/id.hpp"
#include "tests/support/command.hpp"

namespace minidock::test {
namespace {

namespace fs = std::filesystem;

Json usual_mounts() {
    const auto mount = [](const char* destination, const char* type, Json options) {
        return Json{{"destination", destination},
                    {"type", type},
                    {"source", type},
                    {"options", std::move(options)}};
    };
    return {mount("/proc", "proc", {"nosuid", "noexec", "nodev"}),
            mount("/dev", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}),
            mount("/dev/pts", "devpts",
                  {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}),
            mount("/sys", "sysfs", {"nosuid", "noexec", "nodev", "ro"})};
}

Json usual_config(const std::vector<std::string>& args, const std::string& cgroup) {
    const Json capabilities{"CAP_CHOWN", "CAP_KILL", "CAP_SETUID", "CAP_SETGID"};
    return {
        {"ociVersion", "1.0.2"},
        {"process",
         {{"args", args},
          {"cwd", "/"},
          {"env", {"PATH=/bin"}},
          {"user", {{"uid", 0}, {"gid", 0}}},
          {"capabilities",
           {{"bounding", capabilities}, {"effective", capabilities}, {"permitted", capabilities}}},
          {"noNewPrivileges", true}}},
        {"root", {{"path", "rootfs"}}},
        {"hostname", "box"},
        {"mounts", usual_mounts()},
        {"linux",
         {{"namespaces",
           {{{"type", "pid"}},
            {{"type", "ipc"}},
            {{"type", "uts"}},
            {{"type", "mount"}},
            {{"type", "network"}},
            {{"type", "cgroup"}}}},
          {"cgroupsPath", cgroup},
          {"maskedPaths", {"/proc/version", "/sys/firmware"}},
          {"readonlyPaths", {"/proc/sys"}}}}};
}

}  // namespace

void make_busybox_root(const std::string& folder) {
    fs::create_directories(folder + "/bin");
    for (const char* name : {"tmp", "root", "etc", "proc", "sys", "dev"})
        fs::create_directories(folder + "/" + name);
    fs::copy_file("/bin/busybox", folder + "/bin/busybox", fs::copy_options::overwrite_existing);
    std::istringstream names{run({"/bin/busybox", "--list"}).out};
    for (std::string name; std::getline(names, name);)
        if (name != "busybox") fs::create_symlink("busybox", folder + "/bin/" + name);
}

Bundle::Bundle(std::vector<std::string> args)
    : config(usual_config(args, "/minidock-test-" + short_id(random_id()))) {
    make_busybox_root(root());
    // The root of a user namespace is somebody else on the host, and must come this far.
    fs::permissions(folder_.path(), fs::perms{0711});
}

const std::string& Bundle::path() {
    write_atomically(folder_ / "config.json", config.dump(), Durability::crash);
    return folder_.path();
}

}  // namespace minidock::test
