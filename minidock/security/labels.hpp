// What a Linux security module knows a process by: an AppArmor profile or an SELinux label, which
// the kernel applies at the next execve(2). See apparmor(7), selinux(8), and the OCI runtime
// specification, config.md, "process.apparmorProfile" and "process.selinuxLabel".
#pragma once

#include <string>

#include "minidock/base/fd.hpp"

namespace minidock::security {

struct Labels {
    std::string apparmor_profile;  ///< empty: the caller's own, as for the next
    std::string selinux_label;
};

bool has_apparmor();
bool has_selinux();

/// A container must never be weaker than its owner believes: a label that this machine cannot
/// apply is refused.
/// @throws Unsupported saying which module is missing
void check(const Labels& labels);

/// The kernel's files that take the labels. The caller opens them for itself while it still has the
/// host's /proc: in the container's, another file can lie in their place (CVE-2025-52881).
struct LabelFiles {
    Fd apparmor;
    Fd selinux;
};
LabelFiles open_label_files(const Labels& labels);

/// Asks for the labels at the caller's next execve(2).
void apply_at_exec(const Labels& labels, const LabelFiles& files);

}  // namespace minidock::security
