#include "minidock/security/seccomp_profile.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "minidock/base/error.hpp"

namespace minidock::security {
namespace {

/// The names of one architecture: uname(2)'s, Go's, and the OCI's.
struct Architecture {
    const char* machine;
    const char* go;
    const char* oci;
};

constexpr std::array architectures{
    Architecture{"x86_64", "amd64", "SCMP_ARCH_X86_64"},
    Architecture{"aarch64", "arm64", "SCMP_ARCH_AARCH64"},
    Architecture{"riscv64", "riscv64", "SCMP_ARCH_RISCV64"},
    Architecture{"ppc64le", "ppc64le", "SCMP_ARCH_PPC64LE"},
    Architecture{"s390x", "s390x", "SCMP_ARCH_S390X"},
};

/// "6.1.0-18-amd64" is 6 and 1.
std::pair<unsigned, unsigned> parse_version(std::string_view text) {
    unsigned major = 0;
    unsigned minor = 0;
    const char* const end = text.data() + text.size();
    const auto [dot, error] = std::from_chars(text.data(), end, major);
    if (error == std::errc{} && dot != end && *dot == '.') std::from_chars(dot + 1, end, minor);
    return {major, minor};
}

bool has_capability(CapabilitySet set, const std::string& name) {
    return (set & capability_set({name})) != 0;
}

/// Whether the machine and the container are as `list` says: all capabilities, any architecture.
bool includes_hold(const JsonReader& includes, const ProfileConditions& conditions) {
    // lab 04.4: all of "caps", one of "arches" where there are any, and a kernel that is not older
    // than "minKernel".
    const auto capabilities = includes.strings_or_none("caps");
    const bool has_all = std::ranges::all_of(capabilities, [&](const std::string& name) {
        return has_capability(conditions.capabilities, name);
    });
    if (!has_all) return false;
    const auto arches = includes.strings_or_none("arches");
    if (!arches.empty() && std::ranges::find(arches, conditions.architecture) == arches.end()) {
        return false;
    }
    const auto oldest = includes.find("minKernel");
    return !oldest || std::pair{conditions.kernel_major, conditions.kernel_minor} >=
                          parse_version(oldest->string());
    // end lab
}

bool excludes_hold(const JsonReader& excludes, const ProfileConditions& conditions) {
    const auto capabilities = excludes.strings_or_none("caps");
    const auto arches = excludes.strings_or_none("arches");
    return std::ranges::any_of(capabilities,
                               [&](const std::string& name) {
                                   return has_capability(conditions.capabilities, name);
                               }) ||
           std::ranges::find(arches, conditions.architecture) != arches.end();
}

bool applies(const JsonReader& rule, const ProfileConditions& conditions) {
    const auto includes = rule.find("includes");
    if (includes && !includes_hold(*includes, conditions)) return false;
    const auto excludes = rule.find("excludes");
    return !excludes || !excludes_hold(*excludes, conditions);
}

/// This machine's architecture, and those whose programs it runs too ("archMap").
Json architectures_for(const JsonReader& profile, const std::string& go_name) {
    if (const auto fixed = profile.find("architectures")) return fixed->json();
    const auto own = std::ranges::find_if(
        architectures, [&](const Architecture& entry) { return go_name == entry.go; });
    if (own == architectures.end()) return Json::array();
    Json names{own->oci};
    const auto map = profile.find("archMap");
    if (!map) return names;
    for (const JsonReader& entry : map->elements()) {
        if (entry.at("architecture").string() != own->oci) continue;
        for (const std::string& sub : entry.strings_or_none("subArchitectures"))
            names.push_back(sub);
    }
    return names;
}

}  // namespace

ProfileConditions ProfileConditions::of_this_machine(CapabilitySet capabilities) {
    utsname names{};
    if (::uname(&names) < 0) throw SystemError("ask for the kernel's version");
    const auto own = std::ranges::find_if(architectures, [&](const Architecture& entry) {
        return std::string_view{names.machine} == entry.machine;
    });
    const auto [major, minor] = parse_version(names.release);
    return {.capabilities = capabilities,
            .architecture = own == architectures.end() ? names.machine : own->go,
            .kernel_major = major,
            .kernel_minor = minor};
}

Json resolve_profile(const Json& profile, const ProfileConditions& conditions) {
    const JsonReader reader{profile};
    Json resolved{{"defaultAction", reader.at("defaultAction").string()},
                  {"architectures", architectures_for(reader, conditions.architecture)},
                  {"syscalls", Json::array()}};
    if (const auto error = reader.find("defaultErrnoRet")) {
        resolved["defaultErrnoRet"] = error->natural32();
    }
    const auto rules = reader.find("syscalls");
    if (!rules) return resolved;
    for (const JsonReader& rule : rules->elements()) {
        if (!applies(rule, conditions)) continue;
        Json kept = rule.json();
        for (const char* condition : {"includes", "excludes", "comment"})
            kept.erase(condition);
        resolved["syscalls"].push_back(std::move(kept));
    }
    return resolved;
}

}  // namespace minidock::security
