// chapter09: a command on a layered root, with volumes that outlive it.
#include "chapters/01-namespaces/words.hpp"
#include "chapters/02-cgroups/words.hpp"
#include "chapters/09-volumes/words.hpp"
#include "chapters/command_line.hpp"

int main(int argc, char** argv) {
    using namespace minidock;
    CLI::App app{"A command on a root of its own, with volumes that outlive it."};
    app.require_subcommand(1);
    chapter09::StoreOption store{app};
    chapter01::Run run{app};
    chapter02::LimitedRun limited_run{run};
    chapter09::RootWithVolumes root{run.verb(), store};
    chapter09::VolumeVerbs volumes{app, store};

    return chapter01::report_errors("chapter09", [&] {
        if (const auto exit_code = chapters::parse(app, argc, argv)) return *exit_code;
        if (run.chosen()) return limited_run.run({.root = root.entrance()});
        if (volumes.chosen()) volumes.run();
        return 0;
    });
}
