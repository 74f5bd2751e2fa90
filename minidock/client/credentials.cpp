#include "minidock/client/credentials.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "minidock/base/base64.hpp"
#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/client/command.hpp"

namespace minidock::client {
namespace {

namespace fs = std::filesystem;

constexpr const char* hub = "https://index.docker.io/v1/";

std::string config_folder() {
    if (const char* chosen = std::getenv("DOCKER_CONFIG"); chosen != nullptr && *chosen != '\0')
        return chosen;
    const char* home = std::getenv("HOME");
    return std::string{home != nullptr ? home : "/root"} + "/.docker";
}

std::string text_of(const Json& object, const std::string& key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Runs "docker-credential-HELPER VERB", with `input` as its standard input.
/// @return what it printed
std::string ask_helper(const std::string& helper, const std::string& verb,
                       const std::string& input) {
    const std::string program = "docker-credential-" + helper;
    Pipe in = Pipe::make();
    Pipe out = Pipe::make();
    // env(1) looks the program up in PATH.
    Child child = spawn({.path = "/usr/bin/env",
                         .arguments = {"env", program, verb},
                         .descriptors = {{in.read_end.get(), STDIN_FILENO},
                                         {out.write_end.get(), STDOUT_FILENO},
                                         {STDERR_FILENO, STDERR_FILENO}}});
    in.read_end.reset();
    out.write_end.reset();
    write_all(in.write_end.get(), input, program);
    in.write_end.reset();
    std::string answer = read_all(out.read_end.get(), program);
    if (!child.wait().success()) {
        // By convention it says so on its standard output.
        if (answer.find("credentials not found") != std::string::npos) return {};
        throw Failure(1, program + " " + verb + " failed: " + answer);
    }
    return answer;
}

}  // namespace

std::string registry_key(const std::string& server) {
    std::string name = server;
    for (const char* scheme : {"https://", "http://"}) {
        if (name.starts_with(scheme)) name.erase(0, std::string_view{scheme}.size());
    }
    name.resize(std::min(name.find('/'), name.size()));
    const bool is_hub = name.empty() || name == "docker.io" || name == "index.docker.io";
    return is_hub ? hub : name;
}

std::string registry_of(const std::string& image) {
    const std::size_t slash = image.find('/');
    const std::string first = image.substr(0, slash);
    const bool is_host = slash != std::string::npos &&
                         (first == "localhost" || first.find_first_of(".:") != std::string::npos);
    return registry_key(is_host ? first : "");
}

CredentialFile::CredentialFile() : path_{config_folder() + "/config.json"} {
    config_ = fs::exists(path_) ? read_json_file(path_) : Json::object();
    if (!config_.is_object()) throw BadParameter(path_ + ": want a JSON object");
}

std::string CredentialFile::helper_for(const std::string& registry) const {
    const Json helpers = config_.value("credHelpers", Json::object());
    const std::string own = text_of(helpers, registry);
    return own.empty() ? text_of(config_, "credsStore") : own;
}

std::optional<Login> CredentialFile::find(const std::string& registry) const {
    if (const std::string helper = helper_for(registry); !helper.empty()) {
        const std::string answer = ask_helper(helper, "get", registry);
        if (answer.empty()) return std::nullopt;
        const Json login = parse_json(answer, "the answer of docker-credential-" + helper);
        return Login{text_of(login, "Username"), text_of(login, "Secret")};
    }
    const Json auths = config_.value("auths", Json::object());
    const auto entry = auths.find(registry);
    if (entry == auths.end() || !entry->is_object()) return std::nullopt;
    const std::string both = from_base64(text_of(*entry, "auth")).value_or("");
    if (const std::string token = text_of(*entry, "identitytoken"); !token.empty())
        return Login{"<token>", token};
    const std::size_t colon = both.find(':');
    if (colon == std::string::npos) return std::nullopt;
    return Login{both.substr(0, colon), both.substr(colon + 1)};
}

bool CredentialFile::keep(const std::string& registry, const Login& login) {
    if (const std::string helper = helper_for(registry); !helper.empty()) {
        ask_helper(helper, "store",
                   Json{{"ServerURL", registry}, {"Username", login.user}, {"Secret", login.secret}}
                       .dump());
        config_["auths"][registry] = Json::object();  // says that there is one
        save();
        return false;
    }
    Json& entry = config_["auths"][registry];
    entry = Json::object();
    if (login.user == "<token>")
        entry["identitytoken"] = login.secret;
    else
        entry["auth"] = to_base64(login.user + ":" + login.secret);
    save();
    return true;
}

bool CredentialFile::erase(const std::string& registry) {
    if (!config_.contains("auths") || config_["auths"].erase(registry) == 0) return false;
    if (const std::string helper = helper_for(registry); !helper.empty())
        ask_helper(helper, "erase", registry);
    save();
    return true;
}

void CredentialFile::save() const {
    fs::create_directories(fs::path{path_}.parent_path());
    // Passwords are in it: it is its owner's only, from before anything is written.
    const std::string fresh = path_ + ".new";
    ::unlink(fresh.c_str());
    write_all(open_file(fresh, O_WRONLY | O_CREAT | O_EXCL, 0600).get(), config_.dump(4) + "\n",
              fresh);
    fs::rename(fresh, path_);
}

std::string registry_auth(const std::string& image) {
    const std::string registry = registry_of(image);
    const auto login = CredentialFile{}.find(registry);
    if (!login) return to_base64("{}");
    Json auth{{"serveraddress", registry}};
    if (login->user == "<token>") {
        auth["identitytoken"] = login->secret;
    } else {
        auth["username"] = login->user;
        auth["password"] = login->secret;
    }
    std::string text = to_base64(auth.dump());
    for (char& c : text) {  // the alphabet of URLs, as the API has it
        if (c == '+') c = '-';
        if (c == '/') c = '_';
    }
    return text;
}

}  // namespace minidock::client
