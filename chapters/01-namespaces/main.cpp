// chapter01: runs a command in namespaces of its own, enters those of a process, shows them.
#include "chapters/01-namespaces/words.hpp"
#include "chapters/command_line.hpp"

int main(int argc, char** argv) {
    using namespace minidock;
    CLI::App app{"A command in namespaces of its own."};
    app.require_subcommand(1);
    chapter01::Run run{app};
    chapter01::Enter enter{app};
    chapter01::Show show{app};

    return chapter01::report_errors("chapter01", [&] {
        if (const auto exit_code = chapters::parse(app, argc, argv)) return *exit_code;
        if (run.chosen()) return run.run();
        if (enter.chosen()) return enter.run();
        show.print();
        return 0;
    });
}
