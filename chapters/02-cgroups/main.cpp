// chapter02: runs a command in namespaces of its own and within limits, and looks at it meanwhile.
#include "chapters/01-namespaces/words.hpp"
#include "chapters/02-cgroups/words.hpp"
#include "chapters/command_line.hpp"

int main(int argc, char** argv) {
    using namespace minidock;
    CLI::App app{"A command in namespaces of its own, within limits."};
    app.require_subcommand(1);
    chapter01::Run run{app};
    chapter02::LimitedRun limited_run{run};
    chapter01::Enter enter{app};
    chapter01::Show show{app};
    chapter02::GroupVerbs groups{app};

    return chapter01::report_errors("chapter02", [&] {
        if (const auto exit_code = chapters::parse(app, argc, argv)) return *exit_code;
        if (run.chosen()) return limited_run.run();
        if (enter.chosen()) return enter.run();
        if (show.chosen()) show.print();
        if (groups.chosen()) groups.run();
        return 0;
    });
}
