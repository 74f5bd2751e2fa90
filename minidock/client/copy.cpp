// Trees go over the wire as tar archives; on our side tar(1) makes and unpacks them. It refuses
// names that lead out of the folder that it unpacks in, so a hostile container plants nothing.
#include "minidock/client/copy.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "minidock/base/child.hpp"
#include "minidock/client/command_line.hpp"
#include "minidock/client/for_each.hpp"
#include "minidock/client/terminal.hpp"
#include "minidock/http/query.hpp"

namespace minidock::client {
namespace {

namespace fs = std::filesystem;

std::string find_tar() {
    for (const char* path : {"/usr/bin/tar", "/bin/tar"}) {
        if (::access(path, X_OK) == 0) return path;
    }
    throw Failure(1, "cp needs the program tar on this machine");
}

/// A name in the pattern of tar's --transform.
std::string quoted(const std::string& name) {
    std::string text;
    for (const char c : name) {
        if (std::string_view{"\\.[]*^$,&"}.find(c) != std::string_view::npos) text += '\\';
        text += c;
    }
    return text;
}

/// tar's option to give the top of a tree another name.
std::string renaming(const std::string& from, const std::string& to) {
    return fmt::format("--transform=s,^{},{},S", quoted(from), quoted(to));
}

std::string archive_target(const CopySide& side, const std::string& path) {
    return container_path(side.container) + "/archive?path=" + http::percent_encode(path, "/");
}

/// What is at a path of a container: "file", "folder", or nothing.
enum class Kind { nothing, file, folder };
Kind kind_in_container(Context& context, const CopySide& side) {
    http::ClientConnection connection = context.daemon.connect();
    // With the slash a link to a folder counts as one.
    connection.send("HEAD", Daemon::versioned(archive_target(side, side.path + "/.")));
    if (connection.read_head().status == 200) return Kind::folder;
    http::ClientConnection again = context.daemon.connect();
    again.send("HEAD", Daemon::versioned(archive_target(side, side.path)));
    const int status = again.read_head().status;
    if (status == 200) return Kind::file;
    // A HEAD has no body: a missing container is only told by asking for the container.
    context.daemon.get(container_path(side.container) + "/json");
    return Kind::nothing;
}

std::string base_name(std::string path) {
    while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string folder_of(std::string path) {
    while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

/// Reads an archive of a container's and writes it to a descriptor.
void fetch(Context& context, const CopySide& from, int to) {
    http::ClientConnection connection = context.daemon.connect();
    connection.send("GET", Daemon::versioned(archive_target(from, from.path)));
    Daemon::expect_success(connection);
    std::array<char, 65536> piece{};
    while (const std::size_t n = connection.read_body(piece))
        write_all(to, {piece.data(), n}, "the archive");
}

void copy_out(Context& context, const CopySide& from, const CopySide& to) {
    if (to.is_stream()) return fetch(context, from, STDOUT_FILENO);
    const bool content_only = from.path.ends_with("/.");
    const bool into = fs::is_directory(to.path);
    std::vector<std::string> arguments{"tar", "-x", "--no-same-owner", "-f", "-"};
    if (content_only) {
        fs::create_directories(to.path);
        arguments.insert(arguments.end(), {"-C", to.path});
    } else if (into) {
        arguments.insert(arguments.end(), {"-C", to.path});
    } else {
        arguments.insert(arguments.end(), {"-C", folder_of(to.path),
                                           renaming(base_name(from.path), base_name(to.path))});
    }
    Pipe pipe = Pipe::make();
    // Asked before tar is started: a missing file is complained about once, and in the daemon's
    // words.
    http::ClientConnection probe = context.daemon.connect();
    probe.send("GET", Daemon::versioned(archive_target(from, from.path)));
    Daemon::expect_success(probe);
    Child tar = spawn({.path = find_tar(),
                       .arguments = arguments,
                       .environment = std::nullopt,
                       .descriptors = {{pipe.read_end.get(), STDIN_FILENO}}});
    pipe.read_end.reset();
    std::array<char, 65536> piece{};
    while (const std::size_t n = probe.read_body(piece))
        write_all(pipe.write_end.get(), {piece.data(), n}, "to tar");
    pipe.write_end.reset();
    if (!tar.wait().success()) throw Failure(1, "tar could not unpack what came");
}

/// Sends an archive that comes from a descriptor.
void send(Context& context, const CopySide& to, const std::string& folder, int from) {
    http::ClientConnection connection = context.daemon.connect();
    connection.send_stream(
        "PUT", Daemon::versioned(archive_target(to, folder) + "&noOverwriteDirNonDir=true"),
        "application/x-tar", [&](std::span<char> into) -> std::size_t {
            const ssize_t n = ::read(from, into.data(), into.size());
            if (n < 0) throw SystemError("read the archive");
            return static_cast<std::size_t>(n);
        });
    Daemon::expect_success(connection);
}

void copy_in(Context& context, const CopySide& from, const CopySide& to) {
    if (from.is_stream()) return send(context, to, to.path, STDIN_FILENO);
    const bool content_only = from.path.ends_with("/.");
    const fs::file_status status = fs::symlink_status(from.path);
    if (!fs::exists(status))
        throw Failure(1, fmt::format("{}: no such file or directory", from.path));
    const Kind target = kind_in_container(context, to);
    if (target == Kind::nothing && to.path.ends_with('/') && !fs::is_directory(status))
        throw Failure(1, fmt::format("no such directory: {}:{}", to.container, to.path));

    std::vector<std::string> arguments{"tar", "-c", "-f", "-"};
    std::string folder = to.path;
    if (content_only && target == Kind::folder) {
        arguments.insert(arguments.end(), {"-C", from.path, "."});
    } else if (content_only) {
        folder = folder_of(to.path);
        arguments.insert(arguments.end(),
                         {"-C", from.path, renaming(".", base_name(to.path)), "."});
    } else {
        arguments.insert(arguments.end(), {"-C", folder_of(from.path)});
        if (target != Kind::folder) {
            folder = folder_of(to.path);
            arguments.push_back(renaming(base_name(from.path), base_name(to.path)));
        }
        arguments.insert(arguments.end(), {"--", base_name(from.path)});
    }
    Pipe pipe = Pipe::make();
    Child tar = spawn({.path = find_tar(),
                       .arguments = arguments,
                       .environment = std::nullopt,
                       .descriptors = {{pipe.write_end.get(), STDOUT_FILENO}}});
    pipe.write_end.reset();
    send(context, to, folder, pipe.read_end.get());
    pipe.read_end.reset();
    if (!tar.wait().success()) throw Failure(1, "tar could not read " + from.path);
}

int copy(Context& context, const Arguments& arguments) {
    CommandLine line{"cp", "CONTAINER:SRC_PATH DEST_PATH|- | SRC_PATH|- CONTAINER:DEST_PATH",
                     "Copy files/folders between a container and the local filesystem"};
    std::string from_text;
    std::string to_text;
    bool quiet = false;
    line.app().add_option("SRC_PATH", from_text)->required();
    line.app().add_option("DEST_PATH", to_text)->required();
    line.app().add_flag("-q,--quiet", quiet, "Suppress progress output during copy");
    if (!line.parse(arguments)) return 0;
    const CopySide from = parse_copy_side(from_text);
    const CopySide to = parse_copy_side(to_text);
    if (from.container.empty() == to.container.empty()) {
        throw Failure(1, from.container.empty() ? "must specify at least one container source"
                                                : "copying between containers is not supported");
    }
    if (to.container.empty())
        copy_out(context, from, to);
    else
        copy_in(context, from, to);
    return 0;
}

int export_container(Context& context, const Arguments& arguments) {
    CommandLine line{"export", "[OPTIONS] CONTAINER",
                     "Export a container's filesystem as a tar archive"};
    std::string name;
    std::string output;
    line.app().add_option("CONTAINER", name)->required();
    line.app().add_option("-o,--output", output, "Write to a file, instead of STDOUT");
    if (!line.parse(arguments)) return 0;
    if (output.empty() && is_terminal(STDOUT_FILENO))
        throw Failure(1, "cowardly refusing to save to a terminal. Use the -o flag or redirect");
    http::ClientConnection connection = context.daemon.connect();
    connection.send("GET", Daemon::versioned(container_path(name) + "/export"));
    Daemon::expect_success(connection);
    const Fd file = output.empty() ? Fd{::dup(STDOUT_FILENO)}
                                   : open_file(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    std::array<char, 65536> piece{};
    while (const std::size_t n = connection.read_body(piece))
        write_all(file.get(), {piece.data(), n}, "the archive");
    return 0;
}

}  // namespace

CopySide parse_copy_side(const std::string& text) {
    const std::size_t colon = text.find(':');
    if (text.starts_with('/') || text.starts_with('.') || colon == std::string::npos)
        return {"", text};
    std::string path = text.substr(colon + 1);
    // Paths in a container begin at its root, however they are written.
    if (!path.starts_with('/')) path.insert(0, "/");
    return {text.substr(0, colon), path};
}

std::vector<Command> copy_commands() {
    return {{"cp", "Copy files/folders between a container and the local filesystem", copy},
            {"export", "Export a container's filesystem as a tar archive", export_container}};
}

}  // namespace minidock::client
