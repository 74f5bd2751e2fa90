// chapter04: what chapter03 does, and on its root the command can no longer hurt the host.
#include "chapters/01-namespaces/words.hpp"
#include "chapters/02-cgroups/words.hpp"
#include "chapters/03-root-file-systems/words.hpp"
#include "chapters/04-security/words.hpp"
#include "chapters/command_line.hpp"

int main(int argc, char** argv) {
    using namespace minidock;
    CLI::App app{"A command on a root of its own, with few of root's powers."};
    app.require_subcommand(1);
    chapter01::Run run{app};
    chapter02::LimitedRun limited_run{run};
    chapter03::Root root{run.verb()};
    chapter04::Powers powers{run.verb()};
    chapter01::Enter enter{app};
    chapter01::Show show{app};
    chapter02::GroupVerbs groups{app};
    chapter03::Diff diff{app};

    return chapter01::report_errors("chapter04", [&] {
        if (const auto exit_code = chapters::parse(app, argc, argv)) return *exit_code;
        if (run.chosen()) return limited_run.run({.root = powers.entrance(root.entrance())});
        if (enter.chosen()) return enter.run();
        if (show.chosen()) show.print();
        if (groups.chosen()) groups.run();
        if (diff.chosen()) diff.print();
        return 0;
    });
}
