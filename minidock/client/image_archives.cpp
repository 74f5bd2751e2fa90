#include "minidock/client/image_archives.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "minidock/base/fd.hpp"
#include "minidock/client/command_line.hpp"
#include "minidock/client/message_lines.hpp"
#include "minidock/client/terminal.hpp"
#include "minidock/http/query.hpp"

namespace minidock::client {
namespace {

/// Prints what a stream of JSON lines says, but for how far things are.
void print_messages(http::ClientConnection& connection) {
    read_messages(connection, [](const Json& line) {
        if (line.contains("stream"))
            fmt::print("{}", line["stream"].get<std::string>());
        else if (line.contains("status") && !line.contains("progressDetail"))
            fmt::print("{}\n", line["status"].get<std::string>());
    });
}

/// Sends a file as a request's body and prints what the daemon says to it.
void send_file(Context& context, const std::string& target, int file, const std::string& name) {
    http::ClientConnection connection = context.daemon.connect();
    connection.send_stream("POST", Daemon::versioned(target), "application/x-tar",
                           [&](std::span<char> into) {
                               const ssize_t n = ::read(file, into.data(), into.size());
                               if (n < 0) throw SystemError("read " + name);
                               return static_cast<std::size_t>(n);
                           });
    Daemon::expect_success(connection);
    print_messages(connection);
}

int load(Context& context, const Arguments& arguments) {
    CommandLine line{"load", "[OPTIONS]", "Load an image from a tar archive or STDIN"};
    std::string input;
    bool quiet = false;
    line.app().add_option("-i,--input", input, "Read from tar archive file, instead of STDIN");
    line.app().add_flag("-q,--quiet", quiet, "Suppress the load output");
    if (!line.parse(arguments)) return 0;
    if (input.empty() && is_terminal(STDIN_FILENO))
        throw Failure(1, "requested load from stdin, but stdin is empty. Name a file: -i FILE");
    const Fd file = input.empty() ? Fd{} : open_file(input, O_RDONLY);
    send_file(context, "/images/load?quiet=1", file ? file.get() : STDIN_FILENO,
              input.empty() ? "standard input" : input);
    return 0;
}

int import(Context& context, const Arguments& arguments) {
    CommandLine line{"import", "[OPTIONS] FILE|- [REPOSITORY[:TAG]]",
                     "Import the contents from a tarball to create a filesystem image"};
    std::string input;
    std::string reference;
    std::string message;
    Arguments changes;
    line.app().add_option("FILE", input)->required();
    line.app().add_option("REPOSITORY", reference);
    line.app().add_option("-m,--message", message, "Set commit message for imported image");
    line.add_list("-c,--change", changes, "Apply Dockerfile instruction to the created image");
    if (!line.parse(arguments)) return 0;

    std::string target = "/images/create?fromSrc=-&repo=" + http::percent_encode(reference);
    if (!message.empty()) target += "&message=" + http::percent_encode(message);
    for (const std::string& change : changes)
        target += "&changes=" + http::percent_encode(change);
    const Fd file = input == "-" ? Fd{} : open_file(input, O_RDONLY);
    send_file(context, target, file ? file.get() : STDIN_FILENO,
              input == "-" ? "standard input" : input);
    return 0;
}

int save(Context& context, const Arguments& arguments) {
    CommandLine line{"save", "[OPTIONS] IMAGE [IMAGE...]",
                     "Save one or more images to a tar archive (streamed to STDOUT by default)"};
    Arguments names;
    std::string output;
    line.app().add_option("IMAGE", names)->required();
    line.app().add_option("-o,--output", output, "Write to a file, instead of STDOUT");
    if (!line.parse(arguments)) return 0;
    if (output.empty() && is_terminal(STDOUT_FILENO))
        throw Failure(1, "cowardly refusing to save to a terminal. Use the -o flag or redirect");

    std::string target = "/images/get?";
    for (const std::string& name : names)
        target += "&names=" + http::percent_encode(name);
    http::ClientConnection connection = context.daemon.connect();
    connection.send("GET", Daemon::versioned(target));
    Daemon::expect_success(connection);
    // The file appears when it is whole: half an archive would look like one.
    const std::string half = output + ".part";
    const Fd file = output.empty() ? Fd{} : open_file(half, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    std::array<char, 65536> piece{};
    while (const std::size_t n = connection.read_body(piece)) {
        write_all(file ? file.get() : STDOUT_FILENO, {piece.data(), n},
                  output.empty() ? "standard output" : output);
    }
    if (!output.empty() && std::rename(half.c_str(), output.c_str()) < 0)
        throw SystemError("write " + output);
    return 0;
}

int commit(Context& context, const Arguments& arguments) {
    CommandLine line{"commit", "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
                     "Create a new image from a container's changes"};
    std::string container;
    std::string repository;
    std::string author;
    std::string message;
    Arguments changes;
    bool pause = true;
    line.app().add_option("CONTAINER", container)->required();
    line.app().add_option("REPOSITORY", repository);
    line.app().add_option("-a,--author", author, "Author");
    line.app().add_option("-m,--message", message, "Commit message");
    line.add_list("-c,--change", changes, "Apply Dockerfile instruction to the created image");
    line.app().add_flag("-p,--pause,!--no-pause", pause, "Pause container during commit");
    if (!line.parse(arguments)) return 0;
    std::string target =
        fmt::format("/commit?container={}&pause={:d}", http::percent_encode(container), pause);
    if (!repository.empty()) target += "&repo=" + http::percent_encode(repository);
    if (!author.empty()) target += "&author=" + http::percent_encode(author);
    if (!message.empty()) target += "&comment=" + http::percent_encode(message);
    for (const std::string& change : changes)
        target += "&changes=" + http::percent_encode(change);
    const Json made = context.daemon.post(target, Json{});
    fmt::print("{}\n", made.at("Id").get<std::string>());
    return 0;
}

}  // namespace

std::vector<Command> image_archive_commands() {
    return {{"load", "Load an image from a tar archive or STDIN", load},
            {"import", "Import the contents from a tarball to create an image", import},
            {"save", "Save one or more images to a tar archive", save},
            {"commit", "Create a new image from a container's changes", commit}};
}

}  // namespace minidock::client
