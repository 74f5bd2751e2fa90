#include "minidock/security/seccomp.hpp"

#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/kernel/identity.hpp"

namespace minidock::security {
namespace {

/// A name of the specification and a number of libseccomp or the kernel.
template <class Number>
struct Named {
    const char* name;
    Number number;
};

/// @throws BadParameter for a name that is not in the table
template <class Table>
auto number_of(const Table& table, const std::string& name, const char* kind) {
    const auto found =
        std::ranges::find_if(table, [&](const auto& entry) { return name == entry.name; });
    if (found == std::end(table)) {
        throw BadParameter("unknown seccomp " + std::string{kind} + " \"" + name + "\"");
    }
    return found->number;
}

constexpr std::array actions{
    Named<std::uint32_t>{"SCMP_ACT_KILL", SCMP_ACT_KILL_THREAD},
    Named<std::uint32_t>{"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD},
    Named<std::uint32_t>{"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
    Named<std::uint32_t>{"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
    Named<std::uint32_t>{"SCMP_ACT_LOG", SCMP_ACT_LOG},
    Named<std::uint32_t>{"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
    Named<std::uint32_t>{"SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(0)},
    Named<std::uint32_t>{"SCMP_ACT_TRACE", SCMP_ACT_TRACE(0)},
    Named<std::uint32_t>{"SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY},
};

constexpr std::array comparisons{
    Named<scmp_compare>{"SCMP_CMP_NE", SCMP_CMP_NE},
    Named<scmp_compare>{"SCMP_CMP_LT", SCMP_CMP_LT},
    Named<scmp_compare>{"SCMP_CMP_LE", SCMP_CMP_LE},
    Named<scmp_compare>{"SCMP_CMP_EQ", SCMP_CMP_EQ},
    Named<scmp_compare>{"SCMP_CMP_GE", SCMP_CMP_GE},
    Named<scmp_compare>{"SCMP_CMP_GT", SCMP_CMP_GT},
    Named<scmp_compare>{"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ},
};

constexpr std::array flag_numbers{
    Named<unsigned>{"SECCOMP_FILTER_FLAG_TSYNC", SECCOMP_FILTER_FLAG_TSYNC},
    Named<unsigned>{"SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG},
    Named<unsigned>{"SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW},
};

/// The names of libseccomp(3) are those of the OCI without their prefix: SCMP_ARCH_X86_64, x86_64.
std::uint32_t architecture_number(const std::string& name) {
    std::string own_name = name.starts_with("SCMP_ARCH_") ? name.substr(10) : name;
    std::ranges::transform(own_name, own_name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    const std::uint32_t number = seccomp_arch_resolve_name(own_name.c_str());
    if (number == 0) throw BadParameter("unknown architecture \"" + name + "\"");
    return number;
}

/// libseccomp(3)'s functions return a negative errno.
void check(int result, const std::string& tried) {
    if (result < 0) throw SystemError(tried, -result);
}

std::uint32_t encode(const SeccompAction& action) {
    const std::uint32_t number = number_of(actions, action.name, "action");
    if (number == SCMP_ACT_ERRNO(0)) return SCMP_ACT_ERRNO(action.error);
    if (number == SCMP_ACT_TRACE(0)) return SCMP_ACT_TRACE(action.error);
    return number;
}

scmp_arg_cmp encode(const ArgumentTest& test) {
    return {.arg = test.index,
            .op = number_of(comparisons, test.op, "comparison"),
            .datum_a = test.value,
            .datum_b = test.value_two};
}

bool tests_an_argument_twice(const std::vector<ArgumentTest>& args) {
    unsigned seen = 0;
    for (const ArgumentTest& test : args) {
        const unsigned bit = 1U << test.index;
        if ((seen & bit) != 0) return true;
        seen |= bit;
    }
    return false;
}

/// A filter that is being put together.
class Builder {
  public:
    explicit Builder(const SeccompAction& default_action)
        : default_action_{encode(default_action)},
          context_{seccomp_init(default_action_), seccomp_release} {
        if (!context_) throw SystemError("begin a seccomp filter", EINVAL);
    }

    void add_architecture(std::uint32_t architecture) {
        const int result = seccomp_arch_add(context_.get(), architecture);
        if (result != -EEXIST) check(result, "add an architecture to the seccomp filter");
    }

    void add(const SyscallRule& rule) {
        const std::uint32_t action = encode(rule.action);
        if (action == default_action_) return;
        for (const std::string& name : rule.names) {
            const int number = seccomp_syscall_resolve_name(name.c_str());
            if (number == __NR_SCMP_ERROR) continue;
            add_call(number, action, rule.args, name);
        }
    }

    [[nodiscard]] std::string instructions() const {
        const Fd file{::memfd_create("seccomp", MFD_CLOEXEC)};
        if (!file) throw SystemError("make a file for the seccomp filter");
        check(seccomp_export_bpf(context_.get(), file.get()), "translate the seccomp filter");
        if (::lseek(file.get(), 0, SEEK_SET) < 0) throw SystemError("rewind the seccomp filter");
        return read_all(file.get(), "the seccomp filter");
    }

  private:
    void add_call(int number, std::uint32_t action, const std::vector<ArgumentTest>& args,
                  const std::string& name) {
        std::vector<scmp_arg_cmp> tests;
        for (const ArgumentTest& test : args)
            tests.push_back(encode(test));
        const std::string tried = "add " + name + " to the seccomp filter";
        if (!tests_an_argument_twice(args)) {
            check(seccomp_rule_add_array(context_.get(), action, number,
                                         static_cast<unsigned>(tests.size()), tests.data()),
                  tried);
            return;
        }
        // A rule of libseccomp's has each argument once. As runc has it, such conditions are then
        // alternatives.
        for (const scmp_arg_cmp& test : tests)
            check(seccomp_rule_add_array(context_.get(), action, number, 1, &test), tried);
    }

    std::uint32_t default_action_;
    std::unique_ptr<void, void (*)(scmp_filter_ctx)> context_;
};

SeccompAction parse_action(const JsonReader& object, const char* key, const char* error_key) {
    const JsonReader name = object.at(key);
    SeccompAction action{.name = name.string()};
    try {
        number_of(actions, action.name, "action");
    } catch (const BadParameter& error) {
        name.reject(error.what());
    }
    if (const auto error = object.find(error_key)) {
        if (error->natural() > UINT16_MAX) error->reject("the number is too large");
        action.error = static_cast<std::uint16_t>(error->natural());
    }
    return action;
}

ArgumentTest parse_argument(const JsonReader& argument) {
    ArgumentTest test{.index = argument.at("index").natural32(), .op = argument.at("op").string()};
    if (test.index > 5) argument.at("index").reject("a call has arguments 0 to 5");
    test.value = argument.at("value").natural();
    if (const auto two = argument.find("valueTwo")) test.value_two = two->natural();
    try {
        number_of(comparisons, test.op, "comparison");
    } catch (const BadParameter& error) {
        argument.at("op").reject(error.what());
    }
    return test;
}

SyscallRule parse_rule(const JsonReader& rule) {
    SyscallRule parsed{.names = rule.at("names").strings(),
                       .action = parse_action(rule, "action", "errnoRet")};
    if (parsed.names.empty()) rule.at("names").reject("must not be empty");
    if (const auto args = rule.find("args")) {
        for (const JsonReader& argument : args->elements())
            parsed.args.push_back(parse_argument(argument));
    }
    return parsed;
}

bool notifies(const SeccompFilter& filter) {
    return std::ranges::any_of(filter.rules, [](const SyscallRule& rule) {
        return rule.action.name == "SCMP_ACT_NOTIFY";
    });
}

void check_listener(const JsonReader& document, const SeccompFilter& filter) {
    if (filter.default_action.name == "SCMP_ACT_NOTIFY") {
        document.at("defaultAction").reject("SCMP_ACT_NOTIFY cannot hold for every call");
    }
    if (notifies(filter) && filter.listener_path.empty()) {
        document.reject("SCMP_ACT_NOTIFY needs a listenerPath");
    }
    if (!notifies(filter) && !filter.listener_path.empty()) {
        document.at("listenerPath").reject("no rule has the action SCMP_ACT_NOTIFY");
    }
    for (const SyscallRule& rule : filter.rules) {
        // The process hands its listener over by this call when the filter holds already.
        if (rule.action.name == "SCMP_ACT_NOTIFY" &&
            std::ranges::count(rule.names, "sendmsg") > 0) {
            document.at("syscalls").reject("sendmsg cannot have the action SCMP_ACT_NOTIFY");
        }
    }
}

template <class Table>
std::vector<std::string> names_in(const Table& table) {
    std::vector<std::string> names;
    for (const auto& entry : table)
        names.emplace_back(entry.name);
    return names;
}

}  // namespace

SeccompFilter parse_seccomp(const JsonReader& document) {
    SeccompFilter filter{
        .default_action = parse_action(document, "defaultAction", "defaultErrnoRet"),
        .architectures = document.strings_or_none("architectures"),
        .flags = document.strings_or_none("flags")};
    if (const auto rules = document.find("syscalls")) {
        for (const JsonReader& rule : rules->elements())
            filter.rules.push_back(parse_rule(rule));
    }
    filter.listener_path = document.string_or("listenerPath", "");
    filter.listener_metadata = document.string_or("listenerMetadata", "");
    check_listener(document, filter);
    return filter;
}

unsigned flags_of(const SeccompFilter& filter) {
    unsigned flags = 0;
    for (const std::string& flag : filter.flags)
        flags |= number_of(flag_numbers, flag, "flag");
    if (notifies(filter)) flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
    return flags;
}

SeccompProgram compile(const SeccompFilter& filter) {
    Builder builder{filter.default_action};
    for (const std::string& architecture : filter.architectures)
        builder.add_architecture(architecture_number(architecture));
    for (const SyscallRule& rule : filter.rules)
        builder.add(rule);
    return {.instructions = builder.instructions(), .flags = flags_of(filter)};
}

Fd install(const SeccompProgram& program) {
    const int result =
        kernel::set_seccomp_filter(program.instructions, program.flags,
                                   {4, "the kernel refuses the calls that no container needs"});
    return (program.flags & SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0 ? Fd{result} : Fd{};
}

std::vector<std::string> seccomp_actions() {
    return names_in(actions);
}

std::vector<std::string> seccomp_comparisons() {
    return names_in(comparisons);
}

std::vector<std::string> seccomp_flags() {
    return names_in(flag_numbers);
}

}  // namespace minidock::security
