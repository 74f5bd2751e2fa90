#include <gtest/gtest.h>

#include <filesystem>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "minidock/security/seccomp.hpp"
#include "minidock/security/seccomp_cache.hpp"
#include "minidock/security/seccomp_profile.hpp"

namespace minidock::security {
namespace {

/// The names of all calls that a resolved profile allows, whatever their arguments.
bool allows(const Json& filter, const std::string& call) {
    for (const Json& rule : filter.at("syscalls")) {
        if (rule.at("action") != "SCMP_ACT_ALLOW" || rule.contains("args")) continue;
        for (const Json& name : rule.at("names"))
            if (name == call) return true;
    }
    return false;
}

ProfileConditions conditions(CapabilitySet capabilities) {
    return {.capabilities = capabilities,
            .architecture = "amd64",
            .kernel_major = 6,
            .kernel_minor = 1};
}

const Json& docker_profile() {
    static const Json profile =
        read_json_file(MINIDOCK_SOURCE_DIR "/minidock/security/docker-seccomp.json");
    return profile;
}

TEST(SeccompProfile, RulesForACapabilityHoldForWhoHasIt) {
    const Json usual = resolve_profile(docker_profile(), conditions(docker_default_capabilities()));
    EXPECT_TRUE(allows(usual, "read"));
    EXPECT_TRUE(allows(usual, "chroot"));  // CAP_SYS_CHROOT is among the defaults
    EXPECT_FALSE(allows(usual, "mount"));
    EXPECT_FALSE(allows(usual, "bpf"));
    const Json admin =
        resolve_profile(docker_profile(), conditions(capability_set({"CAP_SYS_ADMIN"})));
    EXPECT_TRUE(allows(admin, "mount"));
    EXPECT_FALSE(allows(admin, "chroot"));
}

TEST(SeccompProfile, RulesOfOtherArchitecturesAndLaterKernelsAreLeftOut) {
    ProfileConditions old = conditions(0);
    old.kernel_major = 4;
    old.kernel_minor = 4;
    EXPECT_FALSE(allows(resolve_profile(docker_profile(), old), "ptrace"));
    EXPECT_TRUE(allows(resolve_profile(docker_profile(), conditions(0)), "ptrace"));
    EXPECT_TRUE(allows(resolve_profile(docker_profile(), conditions(0)), "arch_prctl"));
    ProfileConditions arm = conditions(0);
    arm.architecture = "arm64";
    EXPECT_FALSE(allows(resolve_profile(docker_profile(), arm), "arch_prctl"));
}

TEST(SeccompProfile, TheMachinesSmallerSistersAreCovered) {
    const Json filter = resolve_profile(docker_profile(), conditions(0));
    EXPECT_EQ(filter.at("architectures"),
              (Json{"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"}));
}

TEST(Seccomp, DockersProfileIsTranslated) {
    const Json resolved = resolve_profile(docker_profile(), ProfileConditions::of_this_machine(0));
    const SeccompProgram program = compile(parse_seccomp(JsonReader{resolved}));
    EXPECT_GT(program.instructions.size(), 1000U);
    EXPECT_EQ(program.instructions.size() % 8, 0U);  // a sock_filter has 8 bytes
}

TEST(Seccomp, ATranslationIsKeptAndFoundAgain) {
    const TempDir folder;
    const Json document = Json::parse(R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": ["swapon"], "action": "SCMP_ACT_ERRNO"}]})");
    SeccompFilter filter = parse_seccomp(JsonReader{document});
    const SeccompProgram first = compile_cached(filter, folder.path());
    EXPECT_EQ(first.instructions, compile(filter).instructions);
    EXPECT_EQ(compile_cached(filter, folder.path()).instructions, first.instructions);

    filter.rules[0].names[0] = "swapoff";
    EXPECT_NE(compile_cached(filter, folder.path()).instructions, first.instructions);
}

TEST(Seccomp, ADamagedOrForeignTranslationIsMadeAnew) {
    const TempDir folder;
    const Json document = Json::parse(R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": ["swapon"], "action": "SCMP_ACT_ERRNO"}]})");
    const SeccompFilter filter = parse_seccomp(JsonReader{document});
    compile_cached(filter, folder.path());
    for (const auto& entry : std::filesystem::directory_iterator{folder.path()})
        write_atomically(entry.path(), "something else", Durability::crash);
    EXPECT_EQ(compile_cached(filter, folder.path()).instructions, compile(filter).instructions);
}

TEST(Seccomp, FaultsAreNamedWithTheirPlace) {
    const auto complaint = [](const char* text) -> std::string {
        const Json document = Json::parse(text);
        try {
            parse_seccomp(JsonReader{document});
        } catch (const RequestError& error) {
            return error.what();
        }
        return "no complaint";
    };
    EXPECT_EQ(complaint("{}"), "defaultAction: must be set");
    EXPECT_EQ(complaint(R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                  {"names": [], "action": "SCMP_ACT_ERRNO"}]})"),
              "syscalls[0].names: must not be empty");
    EXPECT_EQ(complaint(R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                  {"names": ["read"], "action": "SCMP_ACT_ERRNO",
                   "args": [{"index": 6, "value": 0, "op": "SCMP_CMP_EQ"}]}]})"),
              "syscalls[0].args[0].index: a call has arguments 0 to 5");
    EXPECT_EQ(complaint(R"({"defaultAction": "SCMP_ACT_NOTIFY"})"),
              "defaultAction: SCMP_ACT_NOTIFY cannot hold for every call");
    EXPECT_EQ(complaint(R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                  {"names": ["mkdir"], "action": "SCMP_ACT_NOTIFY"}]})"),
              "the document: SCMP_ACT_NOTIFY needs a listenerPath");
}

TEST(Seccomp, CallsThatThisMachineDoesNotHaveAreLeftOut) {
    const Json document = Json::parse(R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": ["no_such_call", "swapon"], "action": "SCMP_ACT_ERRNO"}]})");
    EXPECT_NO_THROW(compile(parse_seccomp(JsonReader{document})));
}

}  // namespace
}  // namespace minidock::security
