#include "minidock/client/container_options.hpp"

#include <unistd.h>

#include "minidock/client/terminal.hpp"
#include "minidock/client/values.hpp"

namespace minidock::client {

void ContainerOptions::add_to(CommandLine& line) {
    CLI::App& app = line.app();
    app.add_flag("-i,--interactive", interactive, "Keep STDIN open even if not attached");
    app.add_flag("-t,--tty", terminal, "Allocate a pseudo-TTY");
    app.add_flag("--rm", remove, "Automatically remove the container when it exits");
    app.add_option("--name", name, "Assign a name to the container");
    line.add_list("-e,--env", environment, "Set environment variables");
    line.add_list("--env-file", environment_files, "Read in a file of environment variables");
    line.add_list("-l,--label", labels, "Set meta data on a container");
    app.add_option("-w,--workdir", working_folder, "Working directory inside the container");
    app.add_option("-h,--hostname", hostname, "Container host name");
    app.add_option("-u,--user", user, "Username or UID (format: <name|uid>[:<group|gid>])");
    entrypoint_given =
        app.add_option("--entrypoint", entrypoint, "Overwrite the default ENTRYPOINT of the image");
    app.add_option("-m,--memory", memory, "Memory limit");
    app.add_option("--memory-swap", memory_swap,
                   "Swap limit equal to memory plus swap: '-1' to enable unlimited swap");
    app.add_option("--memory-reservation", memory_reservation, "Memory soft limit");
    app.add_option("--cpus", cpus, "Number of CPUs");
    app.add_option("-c,--cpu-shares", cpu_shares, "CPU shares (relative weight)");
    app.add_option("--cpuset-cpus", cpuset, "CPUs in which to allow execution (0-3, 0,1)");
    app.add_option("--pids-limit", pids_limit, "Tune container pids limit (set -1 for unlimited)");
    app.add_flag("--read-only", read_only, "Mount the container's root filesystem as read only");
    app.add_option("--network,--net", network, "Connect a container to a network: none or host");
    app.add_option("--stop-signal", stop_signal, "Signal to stop the container");
    app.add_option("--stop-timeout", stop_timeout, "Timeout (in seconds) to stop a container");
    app.add_option("--runtime", runtime, "Runtime to use for this container");
    for (MoreContainerOptions* options : more)
        options->add_to(line);
    line.end_at_first_argument();
}

Arguments ContainerOptions::variables() const {
    Arguments all;
    for (const std::string& file : environment_files) {
        for (std::string& variable : read_variables(file))
            all.push_back(std::move(variable));
    }
    for (const std::string& text : environment) {
        if (auto variable = parse_variable(text)) all.push_back(std::move(*variable));
    }
    return all;
}

Json ContainerOptions::host_config() const {
    Json host{{"AutoRemove", remove},
              {"ReadonlyRootfs", read_only},
              {"NetworkMode", network.empty() ? "default" : network}};
    if (!memory.empty()) host["Memory"] = parse_size(memory);
    if (!memory_swap.empty())
        host["MemorySwap"] = memory_swap == "-1" ? -1 : parse_size(memory_swap);
    if (!memory_reservation.empty()) host["MemoryReservation"] = parse_size(memory_reservation);
    if (!cpus.empty()) host["NanoCpus"] = parse_cpus(cpus);
    if (cpu_shares != 0) host["CpuShares"] = cpu_shares;
    if (!cpuset.empty()) host["CpusetCpus"] = cpuset;
    if (pids_limit != 0) host["PidsLimit"] = pids_limit;
    if (!runtime.empty()) host["Runtime"] = runtime;
    if (terminal) {
        // So that the terminal has its size before the first program looks at it.
        const TerminalSize size = size_of_terminal(STDIN_FILENO);
        host["ConsoleSize"] = {size.rows, size.columns};
    }
    return host;
}

Json ContainerOptions::body(const Arguments& words) const {
    Json body{{"Image", words.at(0)},       {"Tty", terminal},    {"OpenStdin", interactive},
              {"StdinOnce", interactive},   {"Env", variables()}, {"Labels", parse_labels(labels)},
              {"HostConfig", host_config()}};
    if (words.size() > 1) body["Cmd"] = Arguments{words.begin() + 1, words.end()};
    if (entrypoint_given->count() > 0) body["Entrypoint"] = {entrypoint};
    if (!hostname.empty()) body["Hostname"] = hostname;
    if (!user.empty()) body["User"] = user;
    if (!working_folder.empty()) body["WorkingDir"] = working_folder;
    if (!stop_signal.empty()) body["StopSignal"] = stop_signal;
    if (stop_timeout >= 0) body["StopTimeout"] = stop_timeout;
    for (const MoreContainerOptions* options : more)
        options->complete(body);
    return body;
}

}  // namespace minidock::client
