#include "minidock/client/for_each.hpp"

#include <cstdio>

#include "minidock/client/command_line.hpp"
#include "minidock/http/query.hpp"

namespace minidock::client {

std::string container_path(const std::string& name) {
    return "/containers/" + http::percent_encode(name);
}

int for_each(const Arguments& names, const std::string& verb,
             const std::function<void(const std::string&)>& act) {
    int code = 0;
    for (const std::string& name : names) {
        try {
            act(name);
        } catch (const DaemonError& error) {
            const std::string what = verb.empty() ? "" : fmt::format("cannot {} {}: ", verb, name);
            fmt::print(stderr, "minidock: {}{}\n", what, error.what());
            code = 1;
        }
    }
    return code;
}

Command stopping_command(const std::string& verb, const std::string& summary) {
    const auto run = [verb, summary](Context& context, const Arguments& arguments) {
        CommandLine line{verb, "[OPTIONS] CONTAINER [CONTAINER...]", summary};
        Arguments names;
        std::string signal;
        std::string timeout;
        line.app().add_option("CONTAINER", names)->required();
        line.app().add_option("-s,--signal", signal, "Signal to send to the container");
        line.app().add_option("-t,--timeout,--time", timeout,
                              "Seconds to wait before killing the container");
        if (!line.parse(arguments)) return 0;
        std::string parameters;
        if (!signal.empty()) parameters += "&signal=" + http::percent_encode(signal);
        if (!timeout.empty()) parameters += "&t=" + http::percent_encode(timeout);
        if (!parameters.empty()) parameters.front() = '?';
        return for_each(names, verb, [&](const std::string& name) {
            context.daemon.request("POST", container_path(name) + "/" + verb + parameters);
            fmt::print("{}\n", name);
        });
    };
    return {verb, summary, run};
}

}  // namespace minidock::client
