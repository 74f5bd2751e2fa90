#include "minidock/client/system.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <optional>

#include "minidock/client/command_line.hpp"
#include "minidock/client/listing.hpp"
#include "minidock/client/template.hpp"
#include "minidock/client/text.hpp"
#include "minidock/http/query.hpp"

namespace minidock::client {
namespace {

std::string text_of(const Json& object, const std::string& key) {
    const Json value = object.value(key, Json{});
    if (value.is_string()) return value.get<std::string>();
    return value.is_null() ? "" : value.dump();
}

/// Looks a name up as a container, then as an image.
std::optional<Json> look_up(Daemon& daemon, const std::string& name, const std::string& type) {
    struct Kind {
        std::string type;
        std::string target;
    };
    const std::array<Kind, 2> kinds{
        Kind{"container", "/containers/" + http::percent_encode(name) + "/json"},
        Kind{"image", "/images/" + http::percent_encode(name, "/:@") + "/json"}};
    for (const Kind& kind : kinds) {
        if (!type.empty() && type != kind.type) continue;
        try {
            return daemon.get(kind.target);
        } catch (const DaemonError& error) {
            if (error.status() != 404) throw;
        }
    }
    return std::nullopt;
}

int inspect(Context& context, const Arguments& arguments) {
    CommandLine line{"inspect", "[OPTIONS] NAME|ID [NAME|ID...]",
                     "Return low-level information on containers and images"};
    Arguments names;
    std::string format;
    std::string type;
    line.app().add_option("NAME", names)->required();
    line.app().add_option("-f,--format", format, "Format output: 'json', or a template");
    line.app().add_option("--type", type, "Only inspect objects of the given type");
    if (!line.parse(arguments)) return 0;
    if (!type.empty() && type != "container" && type != "image")
        throw Failure(1, "unknown type: " + type + ": want container or image");

    int code = 0;
    Json found = Json::array();
    for (const std::string& name : names) {
        if (auto object = look_up(context.daemon, name, type)) {
            found.push_back(std::move(*object));
            continue;
        }
        fmt::print(stderr, "minidock: no such {}: {}\n", type.empty() ? "object" : type, name);
        code = 1;
    }
    print_inspected(format, found);
    return code;
}

/// "OS/Arch" and its like, in a column of their own.
void print_field(std::string_view name, std::string_view value) {
    fmt::print("  {:<17} {}\n", fmt::format("{}:", name), value);
}

int version(Context& context, const Arguments& arguments) {
    CommandLine line{"version", "[OPTIONS]", "Show the version information of client and daemon"};
    std::string format;
    line.app().add_option("-f,--format", format, "Format output: 'json', or a template");
    if (!line.parse(arguments)) return 0;

    Json versions{{"Client", {{"Version", MINIDOCK_VERSION}, {"ApiVersion", "1.47"}}}};
    if (format.empty())
        fmt::print("Client: minidock\n Version:           {}\n API version:       1.47\n",
                   MINIDOCK_VERSION);
    const Json server = context.daemon.get("/version");
    versions["Server"] = server;
    if (format == "json") {
        fmt::print("{}\n", versions.dump());
        return 0;
    }
    if (!format.empty()) {
        fmt::print("{}\n", fill_template(format, versions));
        return 0;
    }
    fmt::print("\nServer: {}\n", server.at("Platform").at("Name").get<std::string>());
    for (const Json& component : server.at("Components")) {
        fmt::print(" {}:\n", text_of(component, "Name"));
        print_field("Version", text_of(component, "Version"));
        const Json details = component.value("Details", Json::object());
        for (const auto& [name, value] : details.items()) {
            if (value.is_string() && !value.get<std::string>().empty())
                print_field(name, value.get<std::string>());
        }
    }
    return 0;
}

std::string joined(const Json& words) {
    std::string text;
    for (const Json& word : words)
        text += (text.empty() ? "" : " ") + word.get<std::string>();
    return text;
}

void print_info(const Json& info) {
    fmt::print("Client: minidock\n Version:    {}\n\nServer:\n", MINIDOCK_VERSION);
    const auto line = [](std::string_view name, const std::string& value) {
        fmt::print(" {}: {}\n", name, value);
    };
    line("Containers", text_of(info, "Containers"));
    line(" Running", text_of(info, "ContainersRunning"));
    line(" Paused", text_of(info, "ContainersPaused"));
    line(" Stopped", text_of(info, "ContainersStopped"));
    line("Images", text_of(info, "Images"));
    line("Server Version", text_of(info, "ServerVersion"));
    line("Storage Driver", text_of(info, "Driver"));
    line("Logging Driver", text_of(info, "LoggingDriver"));
    line("Cgroup Driver", text_of(info, "CgroupDriver"));
    line("Cgroup Version", text_of(info, "CgroupVersion"));
    const Json plugins = info.value("Plugins", Json::object());
    fmt::print(" Plugins:\n");
    line(" Network", joined(plugins.value("Network", Json::array())));
    line(" Log", joined(plugins.value("Log", Json::array())));
    std::string runtimes;
    const Json known = info.value("Runtimes", Json::object());
    for (const auto& [name, runtime] : known.items())
        runtimes += (runtimes.empty() ? "" : " ") + name;
    line("Runtimes", runtimes);
    line("Default Runtime", text_of(info, "DefaultRuntime"));
    if (const Json options = info.value("SecurityOptions", Json::array()); !options.empty())
        line("Security Options", joined(options));
    line("Kernel Version", text_of(info, "KernelVersion"));
    line("Operating System", text_of(info, "OperatingSystem"));
    line("OSType", text_of(info, "OSType"));
    line("Architecture", text_of(info, "Architecture"));
    line("CPUs", text_of(info, "NCPU"));
    line("Total Memory", human_binary_size(info.value("MemTotal", std::uint64_t{0})));
    line("Name", text_of(info, "Name"));
    line("ID", text_of(info, "ID"));
    line("Docker Root Dir", text_of(info, "DockerRootDir"));
    line("Debug Mode", text_of(info, "Debug"));
    line("Live Restore Enabled", text_of(info, "LiveRestoreEnabled"));
}

int info(Context& context, const Arguments& arguments) {
    CommandLine line{"info", "[OPTIONS]", "Display system-wide information"};
    std::string format;
    line.app().add_option("-f,--format", format, "Format output: 'json', or a template");
    if (!line.parse(arguments)) return 0;
    const Json info = context.daemon.get("/info");
    if (format == "json") {
        fmt::print("{}\n", info.dump());
    } else if (!format.empty()) {
        fmt::print("{}\n", fill_template(format, info));
    } else {
        print_info(info);
        for (const Json& warning : info.value("Warnings", Json::array()))
            fmt::print(stderr, "{}\n", warning.get<std::string>());
    }
    return 0;
}

}  // namespace

std::vector<Command> system_commands() {
    return {{"inspect", "Return low-level information on containers and images", inspect},
            {"version", "Show the version information of client and daemon", version},
            {"info", "Display system-wide information", info},
            {"system df", "Show the disk usage of the engine", show_disk_usage}};
}

}  // namespace minidock::client
