// How the words of `minirun exec` change a process.
#include <charconv>

#include "minidock/base/error.hpp"
#include "minidock/runtime/exec.hpp"

namespace minidock::runtime {
namespace {

std::uint32_t id_number(std::string_view digits, const std::string& user) {
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        throw BadParameter("user \"" + user + "\": want UID or UID:GID, as numbers");
    }
    return id;
}

void change_user(const std::string& user, security::User& changed) {
    const std::size_t colon = user.find(':');
    changed.uid = id_number(std::string_view{user}.substr(0, colon), user);
    if (colon != std::string::npos) {
        changed.gid = id_number(std::string_view{user}.substr(colon + 1), user);
    }
}

void add_capabilities(const std::vector<std::string>& names, Process& process) {
    const security::CapabilitySet more = security::capability_set(names);
    security::Capabilities sets = process.capabilities.value_or(security::Capabilities{});
    for (security::CapabilitySet* set :
         {&sets.bounding, &sets.effective, &sets.permitted, &sets.inheritable, &sets.ambient}) {
        *set |= more;
    }
    process.capabilities = sets;
}

}  // namespace

void apply(const ProcessChanges& changes, Process& process) {
    if (!changes.args.empty()) process.args = changes.args;
    if (!changes.cwd.empty()) process.cwd = changes.cwd;
    if (!process.cwd.starts_with('/')) {
        throw BadParameter("cwd \"" + process.cwd + "\": want an absolute path");
    }
    process.env.insert(process.env.end(), changes.env.begin(), changes.env.end());
    if (!changes.user.empty()) change_user(changes.user, process.user);
    process.user.additional_gids.insert(process.user.additional_gids.end(),
                                        changes.additional_gids.begin(),
                                        changes.additional_gids.end());
    if (!changes.capabilities.empty()) add_capabilities(changes.capabilities, process);
    if (changes.no_new_privileges) process.no_new_privileges = true;
    if (changes.terminal) process.terminal = true;
}

}  // namespace minidock::runtime
