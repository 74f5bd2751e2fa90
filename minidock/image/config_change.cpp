#include "minidock/image/config_change.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <vector>

#include "minidock/base/error.hpp"

namespace minidock::image {
namespace {

[[noreturn]] void refuse(const std::string& instruction, const std::string& why) {
    throw BadParameter("change \"" + instruction + "\": " + why);
}

/// Words as a shell splits them, as far as quotes and backslashes go.
std::vector<std::string> split_words(const std::string& text) {
    std::vector<std::string> words;
    std::optional<std::string> word;
    char quote = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote == '\0' && std::isspace(static_cast<unsigned char>(c)) != 0) {
            if (word) words.push_back(*word);
            word.reset();
            continue;
        }
        if (!word) word.emplace();
        if (c == '\\' && quote != '\'' && i + 1 < text.size())
            *word += text[++i];
        else if (quote == '\0' && (c == '"' || c == '\''))
            quote = c;
        else if (quote != '\0' && c == quote)
            quote = '\0';
        else
            *word += c;
    }
    if (word) words.push_back(*word);
    return words;
}

/// ["a","b"] as it stands; other text is a command line for a shell.
Json command_of(const std::string& text, const Json& shell) {
    Json list = Json::parse(text, nullptr, false);
    if (list.is_array()) return list;
    Json command = shell.is_array() && !shell.empty() ? shell : Json{"/bin/sh", "-c"};
    command.push_back(text);
    return command;
}

/// NAME=value pairs, or the older form NAME value.
std::vector<std::pair<std::string, std::string>> pairs_of(const std::string& text,
                                                          const std::string& instruction) {
    std::vector<std::pair<std::string, std::string>> pairs;
    const std::vector<std::string> words = split_words(text);
    if (words.size() >= 2 && words.front().find('=') == std::string::npos) {
        const std::size_t space = text.find_first_of(" \t");
        return {{words.front(), text.substr(text.find_first_not_of(" \t", space))}};
    }
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == 0 || equals == std::string::npos) refuse(instruction, "want NAME=VALUE");
        pairs.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
    return pairs;
}

void set_variable(Json& config, const std::string& name, const std::string& value) {
    Json& variables = config["Env"];
    if (!variables.is_array()) variables = Json::array();
    for (Json& variable : variables) {
        if (variable.get<std::string>().starts_with(name + "=")) {
            variable = name + "=" + value;
            return;
        }
    }
    variables.push_back(name + "=" + value);
}

void add_to_set(Json& config, const char* key, const std::vector<std::string>& names) {
    Json& set = config[key];
    if (!set.is_object()) set = Json::object();
    for (const std::string& name : names)
        set[name] = Json::object();
}

std::vector<std::string> ports_of(const std::string& text) {
    std::vector<std::string> ports = split_words(text);
    for (std::string& port : ports) {
        if (port.find('/') == std::string::npos) port += "/tcp";
    }
    return ports;
}

std::vector<std::string> paths_of(const std::string& text) {
    const Json list = Json::parse(text, nullptr, false);
    if (list.is_array()) return list.get<std::vector<std::string>>();
    return split_words(text);
}

std::string folder_of(const Json& config, const std::string& text) {
    const std::filesystem::path before = config.value("WorkingDir", std::string{"/"});
    return (std::filesystem::path{"/"} / before / text).lexically_normal().string();
}

}  // namespace

void change_config(Json& config, const std::string& instruction) {
    const std::size_t start = std::min(instruction.find_first_not_of(" \t"), instruction.size());
    const std::size_t end = std::min(instruction.find_first_of(" \t", start), instruction.size());
    std::string word = instruction.substr(start, end - start);
    std::ranges::transform(word, word.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const std::size_t rest_start = instruction.find_first_not_of(" \t", end);
    if (rest_start == std::string::npos) refuse(instruction, "it says nothing");
    const std::string rest = instruction.substr(rest_start);
    const Json shell = config.value("Shell", Json{});

    if (word == "CMD") {
        config["Cmd"] = command_of(rest, shell);
    } else if (word == "ENTRYPOINT") {
        config["Entrypoint"] = command_of(rest, shell);
        config["Cmd"] = nullptr;  // it was meant for another program
    } else if (word == "ENV") {
        for (const auto& [name, value] : pairs_of(rest, instruction))
            set_variable(config, name, value);
    } else if (word == "LABEL") {
        if (!config["Labels"].is_object()) config["Labels"] = Json::object();
        for (const auto& [name, value] : pairs_of(rest, instruction))
            config["Labels"][name] = value;
    } else if (word == "EXPOSE") {
        add_to_set(config, "ExposedPorts", ports_of(rest));
    } else if (word == "VOLUME") {
        add_to_set(config, "Volumes", paths_of(rest));
    } else if (word == "USER") {
        config["User"] = rest;
    } else if (word == "WORKDIR") {
        config["WorkingDir"] = folder_of(config, rest);
    } else if (word == "STOPSIGNAL") {
        config["StopSignal"] = rest;
    } else if (word == "ONBUILD") {
        if (!config["OnBuild"].is_array()) config["OnBuild"] = Json::array();
        config["OnBuild"].push_back(rest);
    } else {
        refuse(instruction,
               "want CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, STOPSIGNAL, USER, "
               "VOLUME or WORKDIR");
    }
}

}  // namespace minidock::image
