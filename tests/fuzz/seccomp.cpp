// Docker's seccomp profiles, and what is left of one as the runtime reads it.
#include "minidock/security/seccomp.hpp"
#include "minidock/security/seccomp_profile.hpp"
#include "tests/fuzz/target.hpp"

void minidock::fuzz::read(std::string_view input) {
    const security::ProfileConditions conditions{
        .capabilities = 0xff, .architecture = "amd64", .kernel_major = 6, .kernel_minor = 1};
    const Json left = security::resolve_profile(parse_json(input, "profile"), conditions);
    const security::SeccompFilter filter = security::parse_seccomp(JsonReader{left});
    (void)security::flags_of(filter);
}
