// minidock: the client. It puts its table of commands together and runs the one that is asked for.
#include "minidock/client/command.hpp"
#include "minidock/client/completion.hpp"
#include "minidock/client/containers.hpp"
#include "minidock/client/copy.hpp"
#include "minidock/client/exec.hpp"
#include "minidock/client/image_archives.hpp"
#include "minidock/client/images.hpp"
#include "minidock/client/life_options.hpp"
#include "minidock/client/manual.hpp"
#include "minidock/client/observe.hpp"
#include "minidock/client/privilege_options.hpp"
#include "minidock/client/registries.hpp"
#include "minidock/client/run.hpp"
#include "minidock/client/system.hpp"
#include "minidock/client/upkeep.hpp"
#include "minidock/networks/client/network_commands.hpp"
#include "minidock/networks/client/network_options.hpp"
#include "minidock/volumes/client/mount_options.hpp"
#include "minidock/volumes/client/volume_commands.hpp"

int main(int argc, char** argv) {
    using namespace minidock::client;
    CommandTable table;
    minidock::volumes::MountOptions mount_options;
    LifeOptions life_options;
    PrivilegeOptions privilege_options;
    minidock::networks::NetworkOptions network_options;
    table.add(run_commands({&life_options, &privilege_options, &mount_options, &network_options}));
    table.add(exec_commands());
    table.add(container_commands());
    table.add(upkeep_commands());
    table.add(observe_commands());
    table.add(copy_commands());
    table.add(image_commands());
    table.add(image_archive_commands());
    table.add(registry_commands());
    table.add(minidock::volumes::volume_commands());
    table.add(minidock::networks::network_commands());
    table.add(system_commands());
    table.add(completion_commands(table));
    table.add(manual_commands(table));
    for (const char* word : {"run",  "create", "exec",   "start",  "attach", "stop",    "restart",
                             "kill", "pause",  "rm",     "wait",   "logs",   "inspect", "unpause",
                             "top",  "stats",  "rename", "update", "diff",   "cp",      "export"})
        table.add_alias(std::string{"container "} + word, word);
    table.add_alias("container ls", "ps");
    table.add_alias("container port", "port");
    table.add_alias("container prune", "container prune");
    table.add_alias("system events", "events");
    table.add_alias("image ls", "images");
    table.add_alias("image rm", "rmi");
    for (const char* word : {"pull", "push", "save", "tag", "history"})
        table.add_alias(std::string{"image "} + word, word);
    table.add_alias("image prune", "image prune");
    table.add_alias("container commit", "commit");
    table.add_alias("image load", "load");
    table.add_alias("image import", "import");
    table.add_alias("image inspect", "inspect");
    table.add_alias("system info", "info");
    table.add_alias("system df", "system df");
    return table.run(argc, argv);
}
