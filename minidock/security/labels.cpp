#include "minidock/security/labels.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/kernel/file.hpp"

namespace minidock::security {

bool has_apparmor() try {
    return read_file("/sys/module/apparmor/parameters/enabled").starts_with('Y');
} catch (const SystemError&) {
    return false;
}

bool has_selinux() {
    return ::access("/sys/fs/selinux/enforce", F_OK) == 0;
}

void check(const Labels& labels) {
    if (!labels.apparmor_profile.empty() && !has_apparmor()) {
        throw Unsupported("process.apparmorProfile: this machine has no AppArmor");
    }
    if (!labels.selinux_label.empty() && !has_selinux()) {
        throw Unsupported("process.selinuxLabel: this machine has no SELinux");
    }
}

// [label-files]
LabelFiles open_label_files(const Labels& labels) {
    LabelFiles files;
    if (!labels.apparmor_profile.empty()) {
        // Where several modules are stacked, each has files of its own (Linux 5.8).
        const char* own = "/proc/self/attr/apparmor/exec";
        files.apparmor =
            open_file(::access(own, F_OK) == 0 ? own : "/proc/self/attr/exec", O_WRONLY);
    }
    if (!labels.selinux_label.empty()) files.selinux = open_file("/proc/self/attr/exec", O_WRONLY);
    return files;
}
// [/label-files]

void apply_at_exec(const Labels& labels, const LabelFiles& files) {
    if (files.apparmor) {
        kernel::write_open_file(files.apparmor.get(), "exec " + labels.apparmor_profile,
                                "/proc/self/attr/exec", {4, "the AppArmor profile of the program"});
    }
    if (files.selinux) {
        kernel::write_open_file(files.selinux.get(), labels.selinux_label, "/proc/self/attr/exec",
                                {4, "the SELinux label of the program"});
    }
}

}  // namespace minidock::security
