#include <algorithm>
#include <array>

#include "minidock/apps/minidockd/options.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/json.hpp"

namespace minidock::apps {
namespace {

struct TextField {
    const char* name;
    std::string DaemonOptions::*member;
};
constexpr std::array text_fields{
    TextField{"group", &DaemonOptions::group},
    TextField{"data-root", &DaemonOptions::data_root},
    TextField{"exec-root", &DaemonOptions::exec_root},
    TextField{"pidfile", &DaemonOptions::pid_file},
    TextField{"default-runtime", &DaemonOptions::runtime},
    TextField{"cgroup-parent", &DaemonOptions::cgroup_parent},
    TextField{"bridge", &DaemonOptions::bridge},
    TextField{"tlscacert", &DaemonOptions::tls_authority},
    TextField{"tlscert", &DaemonOptions::tls_certificate},
    TextField{"tlskey", &DaemonOptions::tls_key},
};

/// Takes the field; @return false when there is none of this name.
bool take(const std::string& name, const JsonReader& value, DaemonOptions& options) {
    for (const TextField& field : text_fields) {
        if (name != field.name) continue;
        options.*field.member = value.string();
        return true;
    }
    if (name == "debug") {
        options.debug = value.boolean();
    } else if (name == "tlsverify") {
        options.tls_verify = value.boolean();
    } else if (name == "hosts") {
        options.hosts = value.strings();
    } else if (name == "insecure-registries") {
        options.registries.insecure_registries = value.strings();
    } else if (name == "registry-mirrors") {
        options.registries.mirrors = value.strings();
    } else if (name == "max-concurrent-downloads") {
        options.registries.downloads = std::max(1U, value.natural32());
    } else if (name == "max-concurrent-uploads") {
        options.registries.uploads = std::max(1U, value.natural32());
    } else if (name == "live-restore") {
        // Containers always go on without the daemon here.
        if (!value.boolean()) value.reject("cannot be switched off");
    } else {
        return false;
    }
    return true;
}

/// The option of the command line for a field whose name is a plural.
std::string flag_of(const std::string& field) {
    if (field == "hosts") return "host";
    if (field == "insecure-registries") return "insecure-registry";
    return field == "registry-mirrors" ? "registry-mirror" : field;
}

}  // namespace

void read_config_file(const std::string& path, const std::vector<std::string>& given,
                      DaemonOptions& options) {
    const Json document = read_json_file(path);
    const JsonReader reader{document};
    std::string unknown;
    std::string twice;
    for (const auto& [name, value] : reader.members()) {
        const std::string flag = flag_of(name);
        if (std::find(given.begin(), given.end(), flag) != given.end()) {
            twice += (twice.empty() ? "" : ", ") + name;
        } else if (!take(name, value, options)) {
            unknown += (unknown.empty() ? "" : ", ") + name;
        }
    }
    const std::string start = "unable to configure the daemon with file " + path + ": ";
    if (!unknown.empty()) {
        throw BadParameter(
            start + "the following directives don't match any configuration option: " + unknown);
    }
    if (!twice.empty()) {
        throw BadParameter(start +
                           "the following directives are specified both as a flag and in the "
                           "configuration file: " +
                           twice);
    }
}

}  // namespace minidock::apps
