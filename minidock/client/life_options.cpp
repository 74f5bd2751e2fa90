#include "minidock/client/life_options.hpp"

#include <charconv>

#include "minidock/client/values.hpp"

namespace minidock::client {

void LifeOptions::add_to(CommandLine& line) {
    CLI::App& app = line.app();
    app.add_option("--restart", restart_, "Restart policy to apply when a container exits");
    app.add_flag("--init", init_,
                 "Run an init inside the container that forwards signals and reaps processes");
    app.add_option("--health-cmd", health_command_, "Command to run to check health");
    app.add_option("--health-interval", health_interval_, "Time between running the check");
    app.add_option("--health-timeout", health_timeout_, "Maximum time to allow one check to run");
    app.add_option("--health-start-period", health_start_period_,
                   "Start period for the container to initialize before failures count");
    app.add_option("--health-start-interval", health_start_interval_,
                   "Time between running the check during the start period");
    app.add_option("--health-retries", health_retries_,
                   "Consecutive failures needed to report unhealthy");
    app.add_flag("--no-healthcheck", no_healthcheck_,
                 "Disable any container-specified HEALTHCHECK");
    app.add_option("--log-driver", log_driver_, "Logging driver for the container");
    line.add_list("--log-opt", log_options_, "Log driver options");
    line.add_list("--label-file", label_files_, "Read in a line delimited file of labels");
    line.add_list("--annotation", annotations_, "Add an annotation to the container");
}

Json LifeOptions::healthcheck() const {
    if (no_healthcheck_) return {{"Test", {"NONE"}}};
    Json check = Json::object();
    if (!health_command_.empty()) check["Test"] = {"CMD-SHELL", health_command_};
    const auto add = [&](const char* name, const std::string& text) {
        if (!text.empty()) check[name] = parse_duration(text).count();
    };
    add("Interval", health_interval_);
    add("Timeout", health_timeout_);
    add("StartPeriod", health_start_period_);
    add("StartInterval", health_start_interval_);
    if (health_retries_ != 0) check["Retries"] = health_retries_;
    return check;
}

void LifeOptions::complete(Json& body) const {
    Json& host = body["HostConfig"];
    if (!restart_.empty()) host["RestartPolicy"] = parse_restart_policy(restart_);
    if (init_) host["Init"] = true;
    if (Json check = healthcheck(); !check.empty()) body["Healthcheck"] = std::move(check);
    if (!log_driver_.empty()) host["LogConfig"]["Type"] = log_driver_;
    for (const std::string& option : log_options_) {
        const auto [name, value] = parse_label(option);
        host["LogConfig"]["Config"][name] = value;
    }
    for (const std::string& file : label_files_) {
        for (const std::string& line : read_variables(file)) {
            const auto [name, value] = parse_label(line);
            // What the command line says itself comes first.
            if (!body["Labels"].contains(name)) body["Labels"][name] = value;
        }
    }
    for (const std::string& annotation : annotations_) {
        const auto [name, value] = parse_label(annotation);
        host["Annotations"][name] = value;
    }
}

Json parse_restart_policy(const std::string& text) {
    const std::size_t colon = text.find(':');
    Json policy{{"Name", text.substr(0, colon)}};
    if (colon == std::string::npos) return policy;
    int count = 0;
    const char* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data() + colon + 1, end, count);
    if (error != std::errc{} || last != end)
        throw BadParameter("invalid restart policy format: maximum retry count must be an integer");
    policy["MaximumRetryCount"] = count;
    return policy;
}

}  // namespace minidock::client
