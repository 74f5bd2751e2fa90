// `minirun spec` and `features`: what a bundle looks like, and what this runtime can do.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "minidock/apps/minirun/first_config.hpp"
#include "minidock/apps/minirun/verbs.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/namespaces/kind.hpp"
#include "minidock/rootfs/mount_options.hpp"
#include "minidock/security/capabilities.hpp"
#include "minidock/security/labels.hpp"
#include "minidock/security/seccomp.hpp"

namespace minidock::minirun {
namespace {

int write_first_config(const std::string& bundle, bool rootless) {
    const std::string path = bundle + "/config.json";
    const Fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)};
    if (!file && errno == EEXIST) throw Conflict(path + " is there already: remove it first");
    if (!file) throw SystemError("make " + path);
    const Json config = rootless ? first_config_rootless() : first_config();
    write_all(file.get(), config.dump(4) + "\n", path);
    return 0;
}

Json namespace_names() {
    Json names = Json::array();
    for (const namespaces::Kind kind : namespaces::all_kinds)
        names.push_back(namespaces::oci_name(kind));
    return names;
}

/// See the OCI runtime specification, features.md.
Json features() {
    const Json is{{"enabled", true}};
    const Json is_not{{"enabled", false}};
    return {{"ociVersionMin", "1.0.0"},
            {"ociVersionMax", "1.2.0"},
            {"hooks",
             {"prestart", "createRuntime", "createContainer", "startContainer", "poststart",
              "poststop"}},
            {"mountOptions", rootfs::known_option_words()},
            {"linux",
             {{"namespaces", namespace_names()},
              {"capabilities", security::names_of(security::all_capabilities())},
              {"cgroup",
               {{"v1", true},
                {"v2", true},
                {"systemd", true},
                {"systemdUser", false},
                {"rdma", false}}},
              {"seccomp",
               {{"enabled", true},
                {"actions", security::seccomp_actions()},
                {"operators", security::seccomp_comparisons()},
                {"knownFlags", security::seccomp_flags()},
                {"supportedFlags", security::seccomp_flags()}}},
              {"apparmor", {{"enabled", security::has_apparmor()}}},
              {"selinux", {{"enabled", security::has_selinux()}}},
              {"intelRdt", is_not},
              {"mountExtensions", {{"idmap", is}}}}}};
}

}  // namespace

void add_describe(CLI::App& app, Arguments& arguments, Verb& chosen) {
    const auto bundle = std::make_shared<std::string>(".");
    const auto rootless = std::make_shared<bool>(false);
    CLI::App* spec =
        add_verb(app, chosen, "spec", "Write a config.json to begin a bundle with",
                 [bundle, rootless] { return write_first_config(*bundle, *rootless); });
    spec->add_option("-b,--bundle", *bundle, "The folder to write it in");
    spec->add_flag("--rootless", *rootless, "For an ordinary user's container");
    add_verb(app, chosen, "features", "Show what this runtime can do, as JSON", [] {
        std::puts(features().dump(2).c_str());
        return 0;
    });
    (void)arguments;
}

}  // namespace minidock::minirun
