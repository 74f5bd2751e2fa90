#include "chapters/04-security/words.hpp"

#include <algorithm>
#include <charconv>

#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/security/seccomp_profile.hpp"

namespace minidock::chapter04 {
namespace {

template <class Number>
Number number_in(std::string_view text, const std::string& whole, const char* wanted) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw BadParameter("\"" + whole + "\": want " + wanted);
    }
    return number;
}

security::User parse_user(const std::string& text) {
    constexpr const char* wanted = "UID or UID:GID";
    if (text.empty()) return {};
    const std::size_t colon = text.find(':');
    const std::string_view view = text;
    security::User user{.uid = number_in<uid_t>(view.substr(0, colon), text, wanted)};
    if (colon != std::string::npos) {
        user.gid = number_in<gid_t>(view.substr(colon + 1), text, wanted);
    }
    return user;
}

/// "nofile=100" or "nofile=100:200", as docker(1) has it.
security::Rlimit parse_limit(const std::string& text) {
    constexpr const char* wanted = "NAME=SOFT[:HARD], as nofile=100:200";
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) throw BadParameter("\"" + text + "\": want " + wanted);
    std::string type = "RLIMIT_" + text.substr(0, equals);
    std::ranges::transform(type, type.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    security::rlimit_number(type);  // refuses a name that there is not
    const std::string_view values = std::string_view{text}.substr(equals + 1);
    const std::size_t colon = values.find(':');
    const auto soft = number_in<std::uint64_t>(values.substr(0, colon), text, wanted);
    const auto hard = colon == std::string_view::npos
                          ? soft
                          : number_in<std::uint64_t>(values.substr(colon + 1), text, wanted);
    return {type, soft, hard};
}

/// "NET_RAW", "CAP_NET_RAW" or "ALL".
security::CapabilitySet parse_capabilities(const std::vector<std::string>& names) {
    security::CapabilitySet set = 0;
    for (const std::string& name : names) {
        if (name == "ALL") {
            set |= security::all_capabilities();
        } else {
            set |= security::capability_set({name.starts_with("CAP_") ? name : "CAP_" + name});
        }
    }
    return set;
}

}  // namespace

Powers::Powers(CLI::App& run) {
    const auto repeatable = [&run](const char* name, std::vector<std::string>& values,
                                   const char* type, const char* help) {
        run.add_option(name, values, help)->type_name(type)->allow_extra_args(false);
    };
    run.add_option("--user", user_, "who it is")->type_name("UID[:GID]");
    repeatable("--cap-add", add_, "CAP", "a capability beside Docker's fourteen, or ALL");
    repeatable("--cap-drop", drop_, "CAP", "one that it has not, or ALL");
    repeatable("--ulimit", limits_, "NAME=SOFT[:HARD]", "a limit of its own");
    run.add_option("--seccomp", seccomp_, "default, unconfined, or a file in Docker's form");
    run.add_flag("--no-new-privileges", no_new_privileges_, "set-user-ID programs give nothing");
    run.add_flag("--privileged", privileged_, "it keeps all of root's powers");
}

bool Powers::asks_for_something() const {
    return !user_.empty() || !add_.empty() || !drop_.empty() || !limits_.empty() ||
           no_new_privileges_ || privileged_ || seccomp_ != "default";
}

security::Identity Powers::identity() const {
    security::Identity identity{.user = parse_user(user_), .no_new_privileges = no_new_privileges_};
    security::CapabilitySet set =
        privileged_ ? security::all_capabilities() : security::docker_default_capabilities();
    set = ((set & ~parse_capabilities(drop_)) | parse_capabilities(add_)) &
          security::available_capabilities();
    // As Docker has it: an ordinary user has none in effect, but set-user-ID programs may gain
    // them.
    const security::CapabilitySet own = identity.user.uid == 0 ? set : 0;
    identity.capabilities = {.bounding = set, .effective = own, .permitted = own};
    return identity;
}

std::optional<security::SeccompProgram> Powers::filter(security::CapabilitySet capabilities) const {
    if (privileged_ || seccomp_ == "unconfined") return std::nullopt;
    const Json profile = read_json_file(
        seccomp_ == "default" ? own_program_folder() + "/../share/minidock/seccomp.json"
                              : seccomp_);
    const Json document = security::resolve_profile(
        profile, security::ProfileConditions::of_this_machine(capabilities));
    return security::compile(security::parse_seccomp(JsonReader{document}));
}

// [powers]
std::function<void()> Powers::entrance(std::function<void()> root) const {
    if (!root) {
        if (!asks_for_something()) return {};
        throw BadParameter("its powers can be limited on a root of its own: give it a --layer");
    }
    std::vector<security::Rlimit> limits;
    for (const std::string& text : limits_)
        limits.push_back(parse_limit(text));
    const security::Identity who = identity();
    return [root = std::move(root), limits, who, program = filter(who.capabilities->bounding)] {
        root();
        security::set_rlimits(limits);
        // Without no_new_privs a filter takes CAP_SYS_ADMIN, which is about to go.
        if (program && !who.no_new_privileges) security::install(*program);
        security::assume(who);
        if (program && who.no_new_privileges) security::install(*program);
    };
}
// [/powers]

}  // namespace minidock::chapter04
