#include "minidock/shim/protocol.hpp"

#include <unistd.h>

#include <charconv>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/json.hpp"

namespace minidock::shim {
namespace {

template <class... Cases>
struct Match : Cases... {
    using Cases::operator()...;
};
// C++20 makes this of itself; clang before 17 does not.
template <class... Cases>
Match(Cases...) -> Match<Cases...>;

/// Takes a message apart, word by word.
class Words {
  public:
    explicit Words(std::string_view message) : message_{message}, rest_{message} {}

    std::string_view next() {
        const std::size_t end = rest_.find(' ');
        const std::string_view word = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        return word;
    }
    int number() {
        const std::string_view word = next();
        int value = 0;
        const auto [end, error] = std::from_chars(word.begin(), word.end(), value);
        if (error != std::errc{} || end != word.end()) reject();
        return value;
    }
    std::uint16_t small_number() {
        const int value = number();
        if (value < 0 || value > UINT16_MAX) reject();
        return static_cast<std::uint16_t>(value);
    }
    std::string rest() const { return std::string{rest_}; }
    [[noreturn]] void reject() const {
        throw BadParameter("message not understood: " + std::string{message_});
    }

  private:
    std::string_view message_;
    std::string_view rest_;
};

std::string from_hex(std::string_view digits) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        unsigned value = 0;
        std::from_chars(digits.begin() + i, digits.begin() + i + 2, value, 16);
        bytes += static_cast<char>(value);
    }
    return bytes;
}

std::string streams(const Attach& attach) {
    std::string letters;
    if (attach.input) letters += 'i';
    if (attach.output) letters += 'o';
    if (attach.errors) letters += 'e';
    return letters.empty() ? "-" : letters;
}

Attach parse_attach(Words& words) {
    const std::string_view letters = words.next();
    const auto has = [&](char letter) { return letters.find(letter) != std::string_view::npos; };
    return {.input = has('i'),
            .output = has('o'),
            .errors = has('e'),
            .detach_keys = from_hex(words.next())};
}

Exec parse_exec(Words& words) {
    Exec exec;
    exec.id = words.next();
    // It becomes part of a path.
    if (exec.id.empty() || exec.id.find_first_not_of("0123456789abcdef") != std::string::npos) {
        words.reject();
    }
    exec.terminal = words.number() != 0;
    exec.columns = words.small_number();
    exec.rows = words.small_number();
    exec.streams = parse_attach(words);
    return exec;
}

std::string exit_record_path(const std::string& folder) {
    return folder + "/exit.json";
}

}  // namespace

std::string to_message(const Request& request) {
    return std::visit(
        Match{[](const Watch&) -> std::string { return "watch"; },
              [](const Attach& a) { return "attach " + streams(a) + " " + to_hex(a.detach_keys); },
              [](const Resize& r) {
                  return "resize " + (r.exec.empty() ? "-" : r.exec) + " " +
                         std::to_string(r.columns) + " " + std::to_string(r.rows);
              },
              [](const Kill& k) { return "kill " + std::to_string(k.signal); },
              [](const Exec& e) {
                  return "exec " + e.id + (e.terminal ? " 1 " : " 0 ") + std::to_string(e.columns) +
                         " " + std::to_string(e.rows) + " " + streams(e.streams) + " " +
                         to_hex(e.streams.detach_keys);
              }},
        request);
}

std::string to_message(const Report& report) {
    return std::visit(Match{[](const Started& s) { return "started " + std::to_string(s.pid); },
                            [](const Failed& f) {
                                return "failed " + std::to_string(f.exit_code) + " " + f.message;
                            },
                            [](const Exited& e) {
                                return "exited " + std::to_string(e.exit_code) +
                                       (e.oom_killed ? " 1 " : " 0 ") + e.time;
                            },
                            [](const Done&) -> std::string { return "done"; },
                            [](const Refused& r) { return "refused " + r.message; }},
                      report);
}

Request parse_request(std::string_view message) {
    Words words{message};
    const std::string_view verb = words.next();
    if (verb == "watch") return Watch{};
    if (verb == "attach") return parse_attach(words);
    if (verb == "resize") {
        const std::string_view exec = words.next();
        const std::uint16_t columns = words.small_number();
        const std::uint16_t rows = words.small_number();
        return Resize{columns, rows, exec == "-" ? "" : std::string{exec}};
    }
    if (verb == "exec") return parse_exec(words);
    if (verb == "kill") return Kill{words.number()};
    words.reject();
}

Report parse_report(std::string_view message) {
    Words words{message};
    const std::string_view verb = words.next();
    if (verb == "started") return Started{words.number()};
    if (verb == "failed") {
        const int code = words.number();
        return Failed{code, words.rest()};
    }
    if (verb == "exited") {
        const int code = words.number();
        const bool oom_killed = words.number() != 0;
        return Exited{code, oom_killed, words.rest()};
    }
    if (verb == "done") return Done{};
    if (verb == "refused") return Refused{words.rest()};
    words.reject();
}

void write_exit_record(const std::string& folder, const ExitRecord& record) {
    const Json document =
        std::visit(Match{[](const Exited& e) {
                             return Json{{"exitCode", e.exit_code},
                                         {"oomKilled", e.oom_killed},
                                         {"finishedAt", e.time}};
                         },
                         [](const Failed& f) {
                             return Json{{"exitCode", f.exit_code}, {"startError", f.message}};
                         }},
                   record);
    // No fsync: after a power failure the container is gone in any case.
    write_atomically(exit_record_path(folder), document.dump() + "\n", Durability::crash);
}

std::optional<ExitRecord> read_exit_record(const std::string& folder) {
    const std::string path = exit_record_path(folder);
    if (::access(path.c_str(), F_OK) < 0) return std::nullopt;
    const Json document = read_json_file(path);
    const JsonReader record{document};
    const int exit_code = static_cast<int>(record.at("exitCode").integer());
    if (const auto error = record.find("startError")) return Failed{exit_code, error->string()};
    return Exited{exit_code, record.at("oomKilled").boolean(), record.at("finishedAt").string()};
}

void remove_exit_record(const std::string& folder) {
    if (::unlink(exit_record_path(folder).c_str()) < 0 && errno != ENOENT) {
        throw SystemError("remove " + exit_record_path(folder));
    }
}

}  // namespace minidock::shim
