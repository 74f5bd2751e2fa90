#include "minidock/shim/runtime_command.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/json.hpp"

namespace minidock::shim {
namespace {

/// The number of the trace's descriptor in the runtime.
constexpr int runtime_explain_fd = 3;

int exit_code_for(const std::string& words) {
    // lab 08.4: a shell's numbers (see "EXIT STATUS" in bash(1), "Exit Status" in docker-run(1)):
    // one for a program that is not there, one for what is there and cannot be run, Docker's own
    // for all else. Runtimes in Go write the kernel's words in small letters, those in C do not.
    const auto mention = [&](const char* text) { return words.find(text) != std::string::npos; };
    if (mention("executable file not found") || mention("no such file or directory") ||
        mention("No such file or directory")) {
        return 127;
    }
    if (mention("permission denied") || mention("Permission denied") || mention("is a directory") ||
        mention("Is a directory") || mention("not a directory") || mention("exec format error") ||
        mention("Exec format error")) {
        return 126;
    }
    return 128;
    // end lab
}

}  // namespace

RuntimeError::RuntimeError(const std::string& verb, const std::string& words)
    : std::runtime_error{"OCI runtime " + verb + " failed: " + words},
      exit_code_{exit_code_for(words)} {}

void RuntimeCommand::create(const std::string& bundle, const std::string& pid_file,
                            const std::string& console_socket,
                            const std::array<int, 3>& streams) const {
    std::vector<std::string> arguments{"--bundle", bundle, "--pid-file", pid_file};
    if (!console_socket.empty()) {
        arguments.insert(arguments.end(), {"--console-socket", console_socket});
    }
    call("create", arguments, streams);
}

void RuntimeCommand::exec(const std::string& process_file, const std::string& pid_file,
                          const std::string& console_socket,
                          const std::array<int, 3>& streams) const {
    std::vector<std::string> arguments{"--detach", "--process", process_file, "--pid-file",
                                       pid_file};
    if (!console_socket.empty()) {
        arguments.insert(arguments.end(), {"--console-socket", console_socket});
    }
    call("exec", arguments, streams);
}

void RuntimeCommand::start() const {
    const Fd null = open_file("/dev/null", O_RDWR);
    call("start", {}, {null.get(), null.get(), null.get()});
}

void RuntimeCommand::remove() const {
    const Fd null = open_file("/dev/null", O_RDWR);
    call("delete", {"--force"}, {null.get(), null.get(), null.get()});
}

void RuntimeCommand::call(const std::string& verb, const std::vector<std::string>& arguments,
                          const std::array<int, 3>& streams) const {
    Program program{
        .path = place_.program,
        .arguments = {place_.program, "--root", place_.root, "--log", place_.log, "--log-format",
                      "json"},
        .environment = std::nullopt,
        .descriptors = {
            {streams[0], STDIN_FILENO}, {streams[1], STDOUT_FILENO}, {streams[2], STDERR_FILENO}}};
    if (trace_fd_ >= 0) {
        program.arguments.insert(program.arguments.end(),
                                 {"--explain-fd", std::to_string(runtime_explain_fd)});
        program.descriptors.emplace_back(trace_fd_, runtime_explain_fd);
    }
    program.arguments.push_back(verb);
    program.arguments.insert(program.arguments.end(), arguments.begin(), arguments.end());
    program.arguments.push_back(id_);

    if (spawn(program).wait().success()) return;
    throw RuntimeError(verb, last_words());
}

/// The message of the log's last line: {"level":"error","msg":"…","time":"…"}.
std::string RuntimeCommand::last_words() const {
    std::string unexplained = place_.program + " does not say why";
    if (::access(place_.log.c_str(), R_OK) < 0) return unexplained;
    std::string log = read_file(place_.log);
    while (log.ends_with('\n'))
        log.pop_back();
    // substr(npos + 1) is the whole of a log of one line.
    std::string line = log.substr(log.rfind('\n') + 1);
    if (line.empty()) return unexplained;
    try {
        const Json entry = parse_json(line, place_.log);
        return JsonReader{entry}.string_or("msg", unexplained);
    } catch (const BadParameter&) {
        return line;
    }
}

}  // namespace minidock::shim
