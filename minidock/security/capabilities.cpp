#include "minidock/security/capabilities.hpp"

#include <linux/capability.h>
#include <sys/prctl.h>

#include <algorithm>
#include <array>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/identity.hpp"
#include "minidock/base/kernel/names.hpp"

namespace minidock::security {
namespace {

constexpr CapabilitySet bit(int capability) {
    return CapabilitySet{1} << static_cast<unsigned>(capability);
}

bool contains(CapabilitySet set, int capability) {
    return (set & bit(capability)) != 0;
}

/// How many capabilities the running kernel has: asking for one that it does not know fails.
int count_in_kernel() {
    int count = 0;
    while (count < 64 && ::prctl(PR_CAPBSET_READ, count, 0, 0, 0) >= 0)
        ++count;
    return count;
}

}  // namespace

CapabilitySet capability_set(const std::vector<std::string>& names) {
    const auto known = kernel::capability_names();
    CapabilitySet set = 0;
    for (const std::string& name : names) {
        const auto found = std::ranges::find(known, name);
        if (found == known.end()) throw BadParameter("unknown capability \"" + name + "\"");
        set |= bit(static_cast<int>(found - known.begin()));
    }
    return set;
}

std::vector<std::string> names_of(CapabilitySet set) {
    std::vector<std::string> names;
    for (int capability = 0; capability < 64; ++capability) {
        if (contains(set, capability)) names.push_back(kernel::capability_name(capability));
    }
    return names;
}

CapabilitySet all_capabilities() {
    const int count = count_in_kernel();
    return count >= 64 ? ~CapabilitySet{0} : bit(count) - 1;
}

CapabilitySet available_capabilities() {
    CapabilitySet set = 0;
    for (int capability = 0; capability < count_in_kernel(); ++capability) {
        if (::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1) set |= bit(capability);
    }
    return set;
}

CapabilitySet docker_default_capabilities() {
    // moby, daemon/pkg/oci/caps/defaults.go
    static constexpr std::array defaults{
        CAP_CHOWN,   CAP_DAC_OVERRIDE, CAP_FSETID,           CAP_FOWNER,
        CAP_MKNOD,   CAP_NET_RAW,      CAP_SETGID,           CAP_SETUID,
        CAP_SETFCAP, CAP_SETPCAP,      CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT,
        CAP_KILL,    CAP_AUDIT_WRITE,
    };
    CapabilitySet set = 0;
    for (const int capability : defaults)
        set |= bit(capability);
    return set;
}

void limit_bounding_set(CapabilitySet keep) {
    // lab 04.1: drop each capability of this kernel that is not to be kept. One that is gone
    // already cannot be dropped again.
    const int count = count_in_kernel();
    for (int capability = 0; capability < count; ++capability) {
        if (contains(keep, capability) || ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 0) {
            continue;
        }
        kernel::drop_from_bounding_set(capability, {4, "out of reach for every program in there"});
    }
    // end lab
}

void set_capabilities(const Capabilities& capabilities) {
    // lab 04.2: set the effective, permitted and inheritable sets, without what this kernel does
    // not know; empty the ambient set, and raise in it what is asked for and can be there.
    const CapabilitySet known = all_capabilities();
    kernel::capset({.effective = capabilities.effective & known,
                    .permitted = capabilities.permitted & known,
                    .inheritable = capabilities.inheritable & known},
                   {4, "only these powers of root"});
    kernel::clear_ambient({4, "nothing is passed on to ordinary programs"});
    for (int capability = 0; capability < 64; ++capability) {
        // Only what is both permitted and inheritable can be ambient (capabilities(7)).
        const CapabilitySet possible = capabilities.permitted & capabilities.inheritable & known;
        if (!contains(capabilities.ambient & possible, capability)) continue;
        kernel::raise_ambient(capability, {4, "but this one is"});
    }
    // end lab
}

}  // namespace minidock::security
