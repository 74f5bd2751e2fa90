#include "minidock/shim/options.hpp"

#include <getopt.h>

#include <array>
#include <charconv>

#include "minidock/base/error.hpp"

namespace minidock::shim {
namespace {

struct TextOption {
    const char* name;
    std::string Options::*member;
};
constexpr std::array text_options{
    TextOption{"id", &Options::id},
    TextOption{"folder", &Options::folder},
    TextOption{"run-folder", &Options::run_folder},
    TextOption{"runtime", &Options::runtime},
    TextOption{"runtime-root", &Options::runtime_root},
    TextOption{"cgroup", &Options::cgroup},
    TextOption{"log", &Options::log},
};

struct Switch {
    const char* name;
    bool Options::*member;
};
constexpr std::array switches{
    Switch{"terminal", &Options::terminal},     Switch{"open-stdin", &Options::open_stdin},
    Switch{"stdin-once", &Options::stdin_once}, Switch{"discard", &Options::discard},
    Switch{"explain", &Options::explain},       Switch{"log-compress", &Options::log_compress},
};

struct NumberOption {
    const char* name;
    std::uint16_t Options::*member;
};
constexpr std::array number_options{
    NumberOption{"columns", &Options::columns},
    NumberOption{"rows", &Options::rows},
    NumberOption{"log-max-files", &Options::log_max_files},
};

/// getopt_long(3) tells us an option by its place in the three tables and this offset.
constexpr int first_text = 1000;
constexpr int first_switch = 2000;
constexpr int first_number = 3000;
constexpr int layer_option = 4000;
constexpr int log_max_size_option = 4001;

std::vector<option> getopt_table() {
    std::vector<option> table;
    int value = first_text;
    for (const TextOption& o : text_options)
        table.push_back({o.name, required_argument, nullptr, value++});
    value = first_switch;
    for (const Switch& o : switches)
        table.push_back({o.name, no_argument, nullptr, value++});
    value = first_number;
    for (const NumberOption& o : number_options)
        table.push_back({o.name, required_argument, nullptr, value++});
    table.push_back({"layer", required_argument, nullptr, layer_option});
    table.push_back({"log-max-size", required_argument, nullptr, log_max_size_option});
    table.push_back({nullptr, 0, nullptr, 0});
    return table;
}

template <class Number>
Number number(const std::string& name, std::string_view text) {
    Number value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    if (error != std::errc{} || end != text.end()) {
        throw BadParameter("--" + name + ": " + std::string{text} + " is no number");
    }
    return value;
}

}  // namespace

std::vector<std::string> Options::to_arguments() const {
    std::vector<std::string> arguments{"minidock-shim"};
    const auto add = [&](const std::string& name, const std::string& value) {
        arguments.push_back("--" + name);
        arguments.push_back(value);
    };
    for (const TextOption& o : text_options) {
        if (!(this->*o.member).empty()) add(o.name, this->*o.member);
    }
    for (const Switch& o : switches) {
        if (this->*o.member) arguments.push_back(std::string{"--"} + o.name);
    }
    for (const NumberOption& o : number_options) {
        if (this->*o.member != 0) add(o.name, std::to_string(this->*o.member));
    }
    if (log_max_size != 0) add("log-max-size", std::to_string(log_max_size));
    for (const std::string& layer : layers)
        add("layer", layer);
    return arguments;
}

Options Options::parse(int argc, char** argv) {
    Options options;
    const std::vector<option> table = getopt_table();
    ::opterr = 0;
    for (;;) {
        const int found = ::getopt_long(argc, argv, "", table.data(), nullptr);
        if (found < 0) break;
        if (found == layer_option) {
            options.layers.emplace_back(::optarg);
        } else if (found == log_max_size_option) {
            options.log_max_size = number<std::uint64_t>("log-max-size", ::optarg);
        } else if (found >= first_number) {
            const NumberOption& o =
                number_options.at(static_cast<std::size_t>(found - first_number));
            options.*o.member = number<std::uint16_t>(o.name, ::optarg);
        } else if (found >= first_switch) {
            options.*switches.at(static_cast<std::size_t>(found - first_switch)).member = true;
        } else if (found >= first_text) {
            options.*text_options.at(static_cast<std::size_t>(found - first_text)).member =
                ::optarg;
        } else {
            throw BadParameter(std::string{"bad argument: "} + argv[::optind - 1]);
        }
    }
    if (::optind < argc) throw BadParameter(std::string{"bad argument: "} + argv[::optind]);
    for (const TextOption& o : text_options) {
        if (o.member == &Options::log || o.member == &Options::cgroup) continue;
        if ((options.*o.member).empty()) throw BadParameter(std::string{"missing --"} + o.name);
    }
    return options;
}

}  // namespace minidock::shim
