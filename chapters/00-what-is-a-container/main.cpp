// chapter00: the same work as a process, as a container and as a virtual machine.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>

#include "chapters/00-what-is-a-container/chart.hpp"
#include "chapters/00-what-is-a-container/image.hpp"
#include "chapters/00-what-is-a-container/measure.hpp"
#include "chapters/00-what-is-a-container/way.hpp"
#include "chapters/command_line.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "minidock/base/trace.hpp"

namespace {

using namespace minidock;
using namespace minidock::chapter00;
namespace chapters = minidock::chapters;

struct RunOptions {
    std::string way = "container";
    std::string image;
    bool explain = false;
    std::vector<std::string> command;
};

int run(const RunOptions& options) {
    const TempDir scratch{"/tmp/chapter00-"};
    std::string image = options.image;
    if (image.empty()) make_image(image = scratch / "image");
    image = std::filesystem::canonical(image);

    std::optional<trace::Scope> explained;
    if (options.explain) explained.emplace(STDERR_FILENO, "chapter00");
    const Way way = options.way == "process" ? as_process(image, options.command)
                    : options.way == "container"
                        ? as_container(image, options.command)
                        : as_machine(image, options.command, find_machine(), scratch / "initrd");
    return way.start({}).wait().shell_code();
}

int terminal_columns() {
    winsize size{};
    const bool terminal = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return terminal ? size.ws_col : 80;
}

struct CompareOptions {
    int runs = 5;
    std::string svg_file;
    bool without_machine = false;
};

int compare(const CompareOptions& options) {
    const TempDir scratch{"/tmp/chapter00-"};
    const std::string image = scratch / "image";
    make_image(image);
    std::vector<Way> ways{as_process(image, work), as_container(image, work)};
    std::string missing;
    try {
        if (!options.without_machine) {
            ways.push_back(as_machine(image, work, find_machine(), scratch / "initrd"));
        }
    } catch (const NotFound& error) {
        missing = error.what();
    }

    const std::vector<Cost> costs = measure(ways, options.runs);
    fmt::print("{}\n{}", table(costs), bars(costs, terminal_columns()));
    if (!missing.empty()) fmt::print("\nno machine to compare with: {}\n", missing);
    if (!options.svg_file.empty()) {
        const Fd file = open_file(options.svg_file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
        write_all(file.get(), svg(costs), options.svg_file);
    }
    return 0;
}

int exit_code_for(const SystemError& error) {
    const bool program_refused = std::string_view{error.what()}.starts_with("exec ");
    if (!program_refused) return chapters::engine_failed;
    return error.error() == ENOENT ? chapters::not_found : chapters::cannot_execute;
}

int fail(const std::exception& error, int exit_code) {
    fmt::print(stderr, "chapter00: {}\n", error.what());
    return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"The same work as a process, as a container and as a virtual machine."};
    app.require_subcommand(1);

    std::string folder;
    CLI::App* image = app.add_subcommand("image", "Make the smallest image: a folder with busybox");
    image->add_option("FOLDER", folder, "where")->required();

    RunOptions run_options;
    CLI::App* running = app.add_subcommand("run",
                                           "Run a command of the image: run [OPTIONS] "
                                           "COMMAND [ARG...]");
    running->add_option("--as", run_options.way, "process, container (the default) or machine")
        ->check(CLI::IsMember({"process", "container", "machine"}));
    running->add_option("--image", run_options.image, "the image's folder; without, a fresh one")
        ->check(CLI::ExistingDirectory);
    running->add_flag("--explain", run_options.explain, "Show what is asked of the kernel");
    chapters::takes_command(*running);

    CompareOptions compare_options;
    CLI::App* comparing = app.add_subcommand("compare", "Measure all three ways, side by side");
    comparing->add_option("--runs", compare_options.runs, "how often each is started (5)")
        ->check(CLI::Range(1, 1000));
    comparing->add_option("--svg", compare_options.svg_file, "draw the bars into this file, too");
    comparing->add_flag("--without-machine", compare_options.without_machine,
                        "Only process and container");
    if (const auto exit_code = chapters::parse(app, argc, argv)) return *exit_code;

    try {
        if (*running) {
            run_options.command = chapters::command_of(*running);
            return run(run_options);
        }
        if (*comparing) return compare(compare_options);
        make_image(folder);
        return 0;
    } catch (const SystemError& error) {
        return fail(error, exit_code_for(error));
    } catch (const std::exception& error) {
        return fail(error, chapters::engine_failed);
    }
}
