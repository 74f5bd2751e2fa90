// The member "process" of a config.json. See config.md, "Process".
#include <sys/personality.h>

#include <algorithm>

#include "minidock/base/error.hpp"
#include "minidock/runtime/spec.hpp"

namespace minidock::runtime {
namespace {

/// A number of a terminal's size; the kernel's winsize holds 16 bits.
std::uint16_t parse_extent(const JsonReader& value) {
    const std::uint32_t extent = value.natural32();
    if (extent > UINT16_MAX) value.reject("the number is too large");
    return static_cast<std::uint16_t>(extent);
}

security::User parse_user(const JsonReader& user) {
    security::User parsed;
    if (const auto uid = user.find("uid")) parsed.uid = uid->natural32();
    if (const auto gid = user.find("gid")) parsed.gid = gid->natural32();
    if (const auto umask = user.find("umask")) parsed.umask = umask->natural32();
    if (const auto groups = user.find("additionalGids")) {
        for (const JsonReader& group : groups->elements())
            parsed.additional_gids.push_back(group.natural32());
    }
    return parsed;
}

security::CapabilitySet parse_capability_set(const JsonReader& capabilities,
                                             const std::string& key) {
    const auto set = capabilities.find(key);
    if (!set) return 0;
    try {
        return security::capability_set(set->strings());
    } catch (const BadParameter& error) {
        set->reject(error.what());
    }
}

security::Capabilities parse_capabilities(const JsonReader& capabilities) {
    return {.bounding = parse_capability_set(capabilities, "bounding"),
            .effective = parse_capability_set(capabilities, "effective"),
            .permitted = parse_capability_set(capabilities, "permitted"),
            .inheritable = parse_capability_set(capabilities, "inheritable"),
            .ambient = parse_capability_set(capabilities, "ambient")};
}

std::vector<security::Rlimit> parse_rlimits(const JsonReader& rlimits) {
    std::vector<security::Rlimit> parsed;
    for (const JsonReader& limit : rlimits.elements()) {
        const JsonReader type = limit.at("type");
        try {
            security::rlimit_number(type.string());
        } catch (const BadParameter& error) {
            type.reject(error.what());
        }
        const auto same = [&](const security::Rlimit& other) {
            return other.type == type.string();
        };
        if (std::ranges::any_of(parsed, same)) type.reject("is given twice");
        parsed.push_back({type.string(), limit.at("soft").natural(), limit.at("hard").natural()});
    }
    return parsed;
}

int parse_oom_score_adj(const JsonReader& value) {
    const std::int64_t score = value.integer();
    if (score < -1000 || score > 1000) value.reject("want a number from -1000 to 1000");
    return static_cast<int>(score);
}

}  // namespace

std::optional<unsigned long> parse_personality(const JsonReader& linux) {
    const auto personality = linux.find("personality");
    if (!personality) return std::nullopt;
    if (const auto flags = personality->find("flags"); flags && !flags->json().empty()) {
        throw Unsupported(flags->path() + ": the specification defines none");
    }
    const JsonReader domain = personality->at("domain");
    if (domain.string() == "LINUX") return PER_LINUX;
    if (domain.string() == "LINUX32") return PER_LINUX32;
    domain.reject("want LINUX or LINUX32");
}

Process parse_process(const JsonReader& process) {
    Process parsed;
    parsed.terminal = process.boolean_or("terminal", false);
    if (const auto size = process.find("consoleSize")) {
        parsed.console_size = ConsoleSize{.height = parse_extent(size->at("height")),
                                          .width = parse_extent(size->at("width"))};
    }
    const JsonReader cwd = process.at("cwd");
    if (!cwd.string().starts_with('/')) cwd.reject("want an absolute path");
    parsed.cwd = cwd.string();
    parsed.env = process.strings_or_none("env");
    const JsonReader args = process.at("args");
    parsed.args = args.strings();
    if (parsed.args.empty()) args.reject("must not be empty");
    if (const auto user = process.find("user")) parsed.user = parse_user(*user);
    if (const auto capabilities = process.find("capabilities")) {
        parsed.capabilities = parse_capabilities(*capabilities);
    }
    if (const auto rlimits = process.find("rlimits")) parsed.rlimits = parse_rlimits(*rlimits);
    parsed.no_new_privileges = process.boolean_or("noNewPrivileges", false);
    if (const auto score = process.find("oomScoreAdj")) {
        parsed.oom_score_adj = parse_oom_score_adj(*score);
    }
    parsed.scheduling = security::parse_scheduling(process);
    parsed.labels = {.apparmor_profile = process.string_or("apparmorProfile", ""),
                     .selinux_label = process.string_or("selinuxLabel", "")};
    security::check(parsed.labels);
    return parsed;
}

}  // namespace minidock::runtime
