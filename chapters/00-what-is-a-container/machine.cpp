#include "chapters/00-what-is-a-container/machine.hpp"

#include <sys/utsname.h>
#include <unistd.h>
#include <x86intrin.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <thread>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"

namespace minidock::chapter00 {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : otherwise;
}

std::string find_qemu() {
    std::istringstream folders{environment("PATH", "/usr/bin:/bin")};
    for (std::string folder; std::getline(folders, folder, ':');) {
        std::string candidate = folder + "/qemu-system-x86_64";
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    throw NotFound(
        "no QEMU on this machine; get it with: "
        "apt-get install --no-install-recommends qemu-system-x86");
}

/// Where kernels may lie: those that chapter00-fetch-kernel has downloaded, for all or for this
/// user, and this machine's own.
std::vector<std::string> kernel_folders() {
    const std::string home = environment("HOME", "/root");
    return {"/var/cache/minidock/kernel",
            environment("XDG_CACHE_HOME", home + "/.cache") + "/minidock/kernel", "/boot"};
}

bool is_kernel(const fs::path& file) {
    return file.filename().string().starts_with("vmlinuz") && ::access(file.c_str(), R_OK) == 0;
}

/// The kernel that runs this machine if its file may be read, else any other that is there.
std::string find_kernel() {
    utsname system{};
    ::uname(&system);
    std::string running = "/boot/vmlinuz-" + std::string{system.release};
    if (is_kernel(running)) return running;
    for (const std::string& folder : kernel_folders()) {
        std::error_code absent;
        for (const auto& entry : fs::directory_iterator{folder, absent}) {
            if (is_kernel(entry.path())) return entry.path();
        }
    }
    throw NotFound(
        "no kernel to boot in /boot or /var/cache/minidock/kernel; get one with: "
        "chapter00-fetch-kernel");
}

/// KVM needs its device and a processor that can do it. (Where a hypervisor offers /dev/kvm on a
/// processor without, a kernel as distributions ship it does not come up.)
bool kvm_works() {
    if (::access("/dev/kvm", R_OK | W_OK) != 0) return false;
    const std::string processor = read_file("/proc/cpuinfo");
    return processor.find(" vmx ") != std::string::npos ||
           processor.find(" svm ") != std::string::npos;
}

/// How fast the processor's time-stamp counter runs. A kernel finds out by holding it against the
/// timer chip; but on a busy computer the chip that QEMU plays ticks too late for that, and the
/// kernel waits for ever. So we tell it.
long counter_khz() {
    constexpr std::chrono::milliseconds moment{10};
    const auto start = std::chrono::steady_clock::now();
    const auto first = __rdtsc();
    std::this_thread::sleep_for(moment);
    const auto ticks = static_cast<double>(__rdtsc() - first);
    const std::chrono::duration<double, std::milli> passed =
        std::chrono::steady_clock::now() - start;
    return std::lround(ticks / passed.count());
}

/// The command line of the kernel.
std::string boot_words(const Machine& machine) {
    // The serial line is the screen; no messages; at the end leave QEMU instead of starting again.
    std::string words = "console=ttyS0 quiet loglevel=0 panic=-1 reboot=t";
    if (machine.kvm) return words;
    return words + " tsc=reliable tsc_early_khz=" + std::to_string(counter_khz());
}

std::string quoted_for_shell(const std::string& word) {
    std::string text = "'";
    for (const char c : word) {
        text += c == '\'' ? "'\\''" : std::string{c};
    }
    return text + "'";
}

}  // namespace

Machine find_machine() {
    return {.qemu = find_qemu(), .kernel = find_kernel(), .kvm = kvm_works()};
}

Child start_machine(const Machine& machine, const std::string& initrd,
                    std::vector<std::pair<int, int>> descriptors) {
    return spawn({
        .path = machine.qemu,
        .arguments = {machine.qemu,
                      "-M",
                      "microvm",
                      "-accel",
                      machine.kvm ? "kvm" : "tcg",
                      "-cpu",
                      machine.kvm ? "host" : "max",
                      "-m",
                      std::to_string(machine.ram_mib),
                      "-kernel",
                      machine.kernel,
                      "-initrd",
                      initrd,
                      "-append",
                      boot_words(machine),
                      "-serial",
                      "stdio",
                      "-nodefaults",
                      "-no-user-config",
                      "-no-reboot",
                      "-display",
                      "none"},
        .descriptors = std::move(descriptors),
    });
}

std::string init_script(const std::vector<std::string>& command) {
    std::string line;
    for (const std::string& word : command)
        line += quoted_for_shell(word) + " ";
    return "#!/bin/sh\n"
           "export PATH=/bin HOME=/ TERM=linux\n"
           "mount -t proc proc /proc\n"
           "mount -t devtmpfs dev /dev\n"
           "hostname machine\n"
           "stty -onlcr\n" +
           line + "\nreboot -f\n";
}

}  // namespace minidock::chapter00
