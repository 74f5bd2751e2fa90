#include "minidock/security/seccomp_cache.hpp"

#include <seccomp.h>
#include <sys/stat.h>

#include <functional>
#include <optional>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"

namespace minidock::security {
namespace {

void append(std::string& text, const SeccompAction& action) {
    text += action.name + " " + std::to_string(action.error) + "\n";
}

/// Everything that a translation follows from, as one text: the filter, and who translates.
std::string text_of(const SeccompFilter& filter) {
    const scmp_version* library = seccomp_version();
    std::string text = std::to_string(library->major) + "." + std::to_string(library->minor) + "." +
                       std::to_string(library->micro) + "\n";
    append(text, filter.default_action);
    for (const std::string& architecture : filter.architectures)
        text += architecture + "\n";
    for (const SyscallRule& rule : filter.rules) {
        append(text, rule.action);
        for (const ArgumentTest& test : rule.args) {
            text += std::to_string(test.index) + test.op + std::to_string(test.value) + "," +
                    std::to_string(test.value_two) + "\n";
        }
        for (const std::string& name : rule.names)
            text += name + "\n";
    }
    // A NUL ends the text in the file; a name that contains one is no system call's.
    std::erase(text, '\0');
    return text;
}

/// A file holds the text that it is the translation of, so that two filters whose hashes are equal
/// are still told apart.
std::optional<std::string> find(const std::string& file, const std::string& text) try {
    const std::string content = read_file(file);
    const bool is_ours =
        content.size() > text.size() && content.starts_with(text) && content[text.size()] == '\0';
    return is_ours ? std::optional{content.substr(text.size() + 1)} : std::nullopt;
} catch (const SystemError& error) {
    if (error.error() == ENOENT) return std::nullopt;
    throw;
}

}  // namespace

SeccompProgram compile_cached(const SeccompFilter& filter, const std::string& folder) {
    const std::string text = text_of(filter);
    const std::string file = folder + "/" + std::to_string(std::hash<std::string>{}(text));
    if (auto instructions = find(file, text)) {
        return {.instructions = std::move(*instructions), .flags = flags_of(filter)};
    }
    SeccompProgram program = compile(filter);
    if (::mkdir(folder.c_str(), 0700) < 0 && errno != EEXIST) {
        throw SystemError("make the folder " + folder);
    }
    write_atomically(file, text + '\0' + program.instructions, Durability::crash);
    return program;
}

}  // namespace minidock::security
