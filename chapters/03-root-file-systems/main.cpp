// chapter03: what chapter02 does, on a root of its own: layers, and on top what can be thrown away.
#include "chapters/01-namespaces/words.hpp"
#include "chapters/02-cgroups/words.hpp"
#include "chapters/03-root-file-systems/words.hpp"
#include "chapters/command_line.hpp"

int main(int argc, char** argv) {
    using namespace minidock;
    CLI::App app{"A command in namespaces of its own, within limits, on a root of its own."};
    app.require_subcommand(1);
    chapter01::Run run{app};
    chapter02::LimitedRun limited_run{run};
    chapter03::Root root{run.verb()};
    chapter01::Enter enter{app};
    chapter01::Show show{app};
    chapter02::GroupVerbs groups{app};
    chapter03::Diff diff{app};

    return chapter01::report_errors("chapter03", [&] {
        if (const auto exit_code = chapters::parse(app, argc, argv)) return *exit_code;
        if (run.chosen()) return limited_run.run({.root = root.entrance()});
        if (enter.chosen()) return enter.run();
        if (show.chosen()) show.print();
        if (groups.chosen()) groups.run();
        if (diff.chosen()) diff.print();
        return 0;
    });
}
