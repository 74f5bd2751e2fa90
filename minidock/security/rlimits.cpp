#include "minidock/security/rlimits.hpp"

#include <sys/resource.h>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/identity.hpp"
#include "minidock/base/kernel/names.hpp"

namespace minidock::security {

int rlimit_number(const std::string& type) {
    for (int number = 0; number < RLIM_NLIMITS; ++number) {
        if (kernel::rlimit_name(number) == type) return number;
    }
    throw BadParameter("unknown limit \"" + type + "\"");
}

void set_rlimits(const std::vector<Rlimit>& limits) {
    for (const Rlimit& limit : limits) {
        kernel::set_rlimit(rlimit_number(limit.type), {limit.soft, limit.hard},
                           {4, "a limit that the process carries with it"});
    }
}

}  // namespace minidock::security
