// chapter10: a command in namespaces of its own, with a cable to a bridge.
#include "chapters/01-namespaces/words.hpp"
#include "chapters/02-cgroups/words.hpp"
#include "chapters/10-networks/words.hpp"
#include "chapters/command_line.hpp"

int main(int argc, char** argv) {
    using namespace minidock;
    CLI::App app{"A command in namespaces of its own, with a network."};
    app.require_subcommand(1);
    chapter01::Run run{app};
    chapter02::LimitedRun limited_run{run};
    chapter10::Cable cable{run.verb()};

    return chapter01::report_errors("chapter10", [&] {
        if (const auto exit_code = chapters::parse(app, argc, argv)) return *exit_code;
        return limited_run.run({.outside = cable.layer()});
    });
}
