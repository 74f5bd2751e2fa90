#include "minidock/client/registries.hpp"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>

#include "minidock/base/fd.hpp"
#include "minidock/client/command_line.hpp"
#include "minidock/client/credentials.hpp"
#include "minidock/client/message_lines.hpp"
#include "minidock/client/terminal.hpp"
#include "minidock/client/text.hpp"
#include "minidock/client/transfer_view.hpp"
#include "minidock/http/query.hpp"

namespace minidock::client {
namespace {

/// The name without tag and digest, and the tag or digest; "latest" where there is neither.
struct Name {
    std::string repository;
    std::string tag;
};

Name split(const std::string& name) {
    if (const std::size_t at = name.find('@'); at != std::string::npos) {
        const std::string before = name.substr(0, at);
        return {split(before).repository, name.substr(at + 1)};
    }
    const std::size_t slash = name.rfind('/');
    const std::size_t colon = name.find(':', slash == std::string::npos ? 0 : slash);
    if (colon == std::string::npos) return {name, "latest"};
    return {name.substr(0, colon), name.substr(colon + 1)};
}

/// Sends a request that takes long and shows what is said to it.
void transfer(Context& context, const std::string& target, const std::string& image,
              std::FILE* out) {
    http::Headers fields;
    fields.add("X-Registry-Auth", registry_auth(image));
    http::ClientConnection connection = context.daemon.connect();
    connection.send("POST", Daemon::versioned(target), {}, fields);
    Daemon::expect_success(connection);
    const bool terminal = out != nullptr && is_terminal(::fileno(out));
    TransferView view{terminal ? size_of_terminal(::fileno(out)).rows : 0};
    read_messages(connection, [&](const Json& message) {
        if (out == nullptr) return;
        fmt::print(out, "{}", view.show(message));
        std::fflush(out);
    });
}

int pull(Context& context, const Arguments& arguments) {
    CommandLine line{"pull", "[OPTIONS] NAME[:TAG|@DIGEST]", "Download an image from a registry"};
    std::string name;
    std::string platform;
    bool quiet = false;
    bool all = false;
    line.app().add_option("NAME", name)->required();
    line.app().add_flag("-a,--all-tags", all, "Download all tagged images in the repository");
    line.app().add_flag("-q,--quiet", quiet, "Suppress verbose output");
    line.app().add_option("--platform", platform, "Platform of the image: OS/ARCHITECTURE");
    if (!line.parse(arguments)) return 0;
    if (all) {
        if (split(name).repository != name)
            throw Failure(1, "tag can't be used with --all-tags/-a");
        transfer(context, "/images/create?fromImage=" + http::percent_encode(name), name,
                 quiet ? nullptr : stdout);
    } else {
        pull_image(context, name, platform, quiet ? nullptr : stdout);
    }
    if (quiet) fmt::print("{}\n", name);
    return 0;
}

int push(Context& context, const Arguments& arguments) {
    CommandLine line{"push", "[OPTIONS] NAME[:TAG]", "Upload an image to a registry"};
    std::string name;
    bool quiet = false;
    bool all = false;
    line.app().add_option("NAME", name)->required();
    line.app().add_flag("-a,--all-tags", all, "Push all tags of an image to the repository");
    line.app().add_flag("-q,--quiet", quiet, "Suppress verbose output");
    if (!line.parse(arguments)) return 0;
    const Name parts = split(name);
    if (all && parts.repository != name) throw Failure(1, "tag can't be used with --all-tags/-a");
    std::string target = "/images/" + http::percent_encode(parts.repository, "/:") + "/push";
    if (!all) target += "?tag=" + http::percent_encode(parts.tag);
    transfer(context, target, name, quiet ? nullptr : stdout);
    if (quiet) fmt::print("{}\n", name);
    return 0;
}

/// A line from standard input; from a terminal without an echo of it when it is secret.
std::string ask(const std::string& question, bool secret) {
    const bool terminal = is_terminal(STDIN_FILENO);
    termios before{};
    if (terminal) {
        fmt::print("{}", question);
        std::fflush(stdout);
        ::tcgetattr(STDIN_FILENO, &before);
        termios silent = before;
        if (secret) silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSANOW, &silent);
    }
    std::string answer;
    for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar())
        answer += static_cast<char>(c);
    if (terminal) {
        ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
        if (secret) fmt::print("\n");
    }
    return answer;
}

int login(Context& context, const Arguments& arguments) {
    CommandLine line{"login", "[OPTIONS] [SERVER]", "Log in to a registry"};
    std::string server;
    Login login;
    bool from_input = false;
    line.app().add_option("SERVER", server);
    line.app().add_option("-u,--username", login.user, "Username");
    line.app().add_option("-p,--password", login.secret, "Password");
    line.app().add_flag("--password-stdin", from_input, "Take the password from stdin");
    if (!line.parse(arguments)) return 0;
    if (from_input && login.user.empty())
        throw Failure(1, "--password-stdin needs the name of the user: --username NAME");
    if (!from_input && !login.secret.empty())
        fmt::print(stderr,
                   "WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n");
    if (login.user.empty()) login.user = ask("Username: ", false);
    if (login.secret.empty()) login.secret = ask("Password: ", !from_input);

    const std::string registry = registry_key(server);
    const Json answer = context.daemon.post(
        "/auth",
        {{"username", login.user}, {"password", login.secret}, {"serveraddress", registry}});
    if (const std::string token = answer.value("IdentityToken", ""); !token.empty())
        login = {"<token>", token};
    CredentialFile file;
    if (file.keep(registry, login))
        fmt::print(stderr, "WARNING! Your credentials are stored unencrypted in '{}'.\n",
                   file.path());
    fmt::print("{}\n", answer.value("Status", "Login Succeeded"));
    return 0;
}

int logout(Context& /*context*/, const Arguments& arguments) {
    CommandLine line{"logout", "[SERVER]", "Log out from a registry"};
    std::string server;
    line.app().add_option("SERVER", server);
    if (!line.parse(arguments)) return 0;
    const std::string registry = registry_key(server);
    if (CredentialFile{}.erase(registry))
        fmt::print("Removing login credentials for {}\n", registry);
    else
        fmt::print("Not logged in to {}\n", registry);
    return 0;
}

int search(Context& context, const Arguments& arguments) {
    CommandLine line{"search", "[OPTIONS] TERM", "Search a registry for images"};
    std::string term;
    unsigned limit = 25;
    line.app().add_option("TERM", term, "[HOST/]TEXT")->required();
    line.app().add_option("--limit", limit, "Max number of search results");
    if (!line.parse(arguments)) return 0;
    Table table{{"NAME", "DESCRIPTION", "STARS", "OFFICIAL"}};
    const Json found = context.daemon.get(
        fmt::format("/images/search?term={}&limit={}", http::percent_encode(term), limit));
    for (const Json& result : found) {
        table.add({result.at("name").get<std::string>(), result.value("description", ""),
                   std::to_string(result.value("star_count", 0)),
                   result.value("is_official", false) ? "[OK]" : ""});
    }
    fmt::print("{}", table.str());
    return 0;
}

}  // namespace

void pull_image(Context& context, const std::string& name, const std::string& platform,
                std::FILE* out) {
    const Name parts = split(name);
    std::string target =
        fmt::format("/images/create?fromImage={}&tag={}", http::percent_encode(parts.repository),
                    http::percent_encode(parts.tag));
    if (!platform.empty()) target += "&platform=" + http::percent_encode(platform);
    transfer(context, target, name, out);
}

std::vector<Command> registry_commands() {
    return {{"pull", "Download an image from a registry", pull},
            {"push", "Upload an image to a registry", push},
            {"login", "Log in to a registry", login},
            {"logout", "Log out from a registry", logout},
            {"search", "Search a registry for images", search}};
}

}  // namespace minidock::client
