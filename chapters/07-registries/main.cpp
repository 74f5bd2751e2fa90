// chapter07: what chapter06 does, with images that come from registries and go to them.
#include "chapters/01-namespaces/words.hpp"
#include "chapters/02-cgroups/words.hpp"
#include "chapters/03-root-file-systems/words.hpp"
#include "chapters/06-images/words.hpp"
#include "chapters/07-registries/words.hpp"
#include "chapters/command_line.hpp"

int main(int argc, char** argv) {
    using namespace minidock;
    CLI::App app{"A command in namespaces of its own, within limits, on the layers of any image."};
    app.require_subcommand(1);
    chapter01::Run run{app};
    chapter02::LimitedRun limited_run{run};
    chapter03::Root root{run.verb()};
    chapter03::Diff diff{app};
    chapter06::Images images{app};
    chapter07::Transfers transfers{app};

    return chapter01::report_errors("chapter07", [&] {
        if (const auto exit_code = chapters::parse(app, argc, argv)) return *exit_code;
        if (run.chosen()) return limited_run.run({.root = root.entrance()});
        if (diff.chosen()) diff.print();
        if (images.chosen()) images.run();
        if (transfers.chosen()) transfers.run();
        return 0;
    });
}
