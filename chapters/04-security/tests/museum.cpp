#include "chapters/04-security/tests/museum.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "minidock/security/seccomp_profile.hpp"

namespace minidock::test {

void add_attacker(Bundle& bundle) {
    std::filesystem::copy_file(MINIDOCK_ATTACKER, bundle.root() + "/bin/attacker");
}

Outcome outcome_of(Bundle& bundle) {
    Outcome outcome = run_bundle(bundle);
    EXPECT_THAT(leftovers(bundle), testing::IsEmpty());
    return outcome;
}

Json docker_filter() {
    const Json profile =
        read_json_file(std::string{MINIDOCK_SOURCE_DIR} + "/minidock/security/docker-seccomp.json");
    return security::resolve_profile(profile, security::ProfileConditions::of_this_machine(
                                                  security::docker_default_capabilities()));
}

}  // namespace minidock::test
