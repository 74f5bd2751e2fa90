#include "minidock/client/completion.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "minidock/base/words.hpp"
#include "minidock/client/command_line.hpp"

namespace minidock::client {
namespace {

using Path = CommandTable::Path;

/// Drops the global options; those with a value have it in the next word.
void drop_globals(Arguments& words) {
    while (words.size() > 1 && words.front().starts_with('-')) {
        const bool has_value = words.front() == "-H" || words.front() == "--host";
        words.erase(words.begin(), words.begin() + (has_value && words.size() > 2 ? 2 : 1));
    }
}

bool begins_with(const Arguments& words, const Arguments& beginning) {
    return words.size() >= beginning.size() &&
           std::equal(beginning.begin(), beginning.end(), words.begin());
}

void offer(std::vector<Candidate>& found, const std::string& partial, const std::string& word,
           const std::string& help) {
    const auto same = [&](const Candidate& candidate) { return candidate.word == word; };
    if (!word.starts_with(partial) || std::any_of(found.begin(), found.end(), same)) return;
    found.push_back({word, help});
}

/// The words that may follow those of a command that is not yet whole.
std::vector<Candidate> next_words(const std::vector<Path>& paths, const Arguments& typed,
                                  const std::string& partial) {
    std::vector<Candidate> found;
    for (const Path& path : paths) {
        if (path.words.size() <= typed.size() || !begins_with(path.words, typed)) continue;
        const bool whole = path.words.size() == typed.size() + 1;
        offer(found, partial, path.words[typed.size()], whole ? path.command->summary : "");
    }
    return found;
}

/// The words of a synopsis that stand for arguments: "[OPTIONS] NETWORK CONTAINER" has two.
Arguments argument_kinds(const std::string& synopsis) {
    Arguments kinds;
    for (std::string word : words_of(synopsis)) {
        std::erase_if(word, [](char c) { return c == '[' || c == ']'; });
        if (word != "OPTIONS") kinds.push_back(word);
    }
    return kinds;
}

const OptionDescription* find_option(const Description& description, const std::string& name) {
    for (const OptionDescription& option : description.options)
        if (std::count(option.names.begin(), option.names.end(), name) > 0) return &option;
    return nullptr;
}

/// How many of the words are arguments, not options and not options' values.
std::size_t count_arguments(const Description& description, const Arguments& words) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const OptionDescription* option = find_option(description, words[i]);
        if (option != nullptr && !option->value.empty()) ++i;
        if (!words[i].starts_with('-') && (option == nullptr || option->value.empty())) ++count;
    }
    return count;
}

void offer_containers(Daemon& daemon, const std::string& partial, std::vector<Candidate>& found) {
    for (const Json& container : daemon.get("/containers/json?all=1"))
        for (const Json& name : container.at("Names"))
            offer(found, partial, name.get<std::string>().substr(1), container.value("Status", ""));
}

void offer_images(Daemon& daemon, const std::string& partial, std::vector<Candidate>& found) {
    for (const Json& image : daemon.get("/images/json"))
        for (const Json& tag : image.at("RepoTags"))
            offer(found, partial, tag.get<std::string>(), "");
}

void offer_named(const Json& objects, const std::string& partial, std::vector<Candidate>& found) {
    for (const Json& object : objects)
        offer(found, partial, object.value("Name", ""), object.value("Driver", ""));
}

/// The names that a word of a synopsis, or an option, stands for.
std::vector<Candidate> names_of(Daemon& daemon, const std::string& kind,
                                const std::string& partial) {
    std::vector<Candidate> found;
    const auto speaks_of = [&](const char* thing) { return kind.find(thing) != std::string::npos; };
    if (speaks_of("CONTAINER") || kind == "NAME|ID") offer_containers(daemon, partial, found);
    if (speaks_of("IMAGE") || speaks_of("REPOSITORY") || kind.starts_with("NAME"))
        offer_images(daemon, partial, found);
    if (speaks_of("VOLUME")) offer_named(daemon.get("/volumes").at("Volumes"), partial, found);
    if (speaks_of("NETWORK")) offer_named(daemon.get("/networks"), partial, found);
    return found;
}

/// What the value of an option stands for, in the words of a synopsis.
std::string kind_of_value(const std::string& option) {
    if (option == "--network" || option == "--net") return "NETWORK";
    if (option == "--volumes-from") return "CONTAINER";
    return "";
}

std::vector<Candidate> complete_arguments(const Description& description, Daemon& daemon,
                                          const Arguments& typed, const std::string& partial) {
    std::vector<Candidate> found;
    if (!typed.empty()) {
        const OptionDescription* option = find_option(description, typed.back());
        if (option != nullptr && !option->value.empty())
            return names_of(daemon, kind_of_value(option->names.back()), partial);
    }
    if (partial.starts_with('-')) {
        for (const OptionDescription& option : description.options)
            for (const std::string& name : option.names)
                offer(found, partial, name, option.help);
        return found;
    }
    const Arguments kinds = argument_kinds(description.synopsis);
    if (kinds.empty()) return found;
    const std::size_t place = count_arguments(description, typed);
    const bool repeats = kinds.back().ends_with("...");
    if (place >= kinds.size() && !repeats) return found;
    return names_of(daemon, kinds[std::min(place, kinds.size() - 1)], partial);
}

int print_candidates(const CommandTable& table, Context& context, const Arguments& words) {
    for (const Candidate& candidate : complete(table, context, words))
        fmt::print("{}\t{}\n", candidate.word, candidate.help);
    return 0;
}

int print_script(Context& /*context*/, const Arguments& arguments) {
    CommandLine line{"completion", "bash|zsh|fish",
                     "Print the script that completes minidock's words in a shell"};
    std::string shell;
    line.app().add_option("SHELL", shell)->required();
    if (!line.parse(arguments)) return 0;
    fmt::print("{}", completion_script(shell));
    return 0;
}

}  // namespace

bool describe(const Command& command, Context& context, Description& description) {
    if (!command.inner.empty()) return false;
    try {
        (void)command.run(context, {description_request});
    } catch (const Described& described) {
        description = described.description();
        return true;
    } catch (const Failure&) {
        // It looks at its words before its command line does.
    }
    return false;
}

std::vector<Candidate> complete(const CommandTable& table, Context& context, Arguments words) {
    if (words.empty()) words.emplace_back();
    drop_globals(words);
    const std::string partial = words.back();
    words.pop_back();
    const std::vector<Path> paths = table.paths();
    const Path* chosen = nullptr;
    for (const Path& path : paths) {
        if (!path.command->inner.empty() || !begins_with(words, path.words)) continue;
        if (chosen == nullptr || path.words.size() > chosen->words.size()) chosen = &path;
    }
    if (chosen == nullptr) return next_words(paths, words, partial);
    Description description;
    if (!describe(*chosen->command, context, description)) return {};
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(chosen->words.size()));
    return complete_arguments(description, context.daemon, words, partial);
}

std::vector<Command> completion_commands(const CommandTable& table) {
    const auto answer = [&table](Context& context, const Arguments& words) {
        return print_candidates(table, context, words);
    };
    return {
        {"completion", "Print the script that completes minidock's words in a shell", print_script},
        {"__complete", "", answer}};
}

}  // namespace minidock::client
