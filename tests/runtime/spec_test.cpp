#include "minidock/runtime/spec.hpp"

#include <gtest/gtest.h>

#include "minidock/base/error.hpp"

namespace minidock::runtime {
namespace {

Json good_config() {
    return Json::parse(R"({
        "ociVersion": "1.0.2",
        "process": {"args": ["sh"], "cwd": "/"},
        "root": {"path": "/usr"},
        "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}]}
    })");
}

/// A change to a good config.json, and what must be said about it.
struct Fault {
    const char* pointer;  ///< where (RFC 6901)
    Json value;           ///< what is put there; null takes it away
    const char* complaint;
};

std::string complaint_about(const Fault& fault) {
    Json config = good_config();
    config[Json::json_pointer{fault.pointer}] = fault.value;
    try {
        parse_spec(config, "/bundle");
    } catch (const RequestError& error) {
        return error.what();
    }
    return "no complaint";
}

TEST(Spec, AGoodOneIsRead) {
    const Spec spec = parse_spec(good_config(), "/bundle");
    EXPECT_EQ(spec.process.args, std::vector<std::string>{"sh"});
    EXPECT_EQ(spec.root.path, "/usr");
    EXPECT_TRUE(spec.linux.new_namespaces().contains(namespaces::Kind::pid));
    EXPECT_FALSE(spec.linux.new_namespaces().contains(namespaces::Kind::network));
}

TEST(Spec, EachFaultIsNamedWithItsPlace) {
    const std::vector<Fault> faults{
        {"/ociVersion", nullptr, "ociVersion: must be set"},
        {"/ociVersion", "2.0.0", "ociVersion: want version 1.x, not \"2.0.0\""},
        {"/process/args", Json::array(), "process.args: must not be empty"},
        {"/process/args", "sh", "process.args: want a list"},
        {"/process/args/0", 7, "process.args[0]: want a string"},
        {"/process/cwd", "tmp", "process.cwd: want an absolute path"},
        {"/process/user", {{"uid", -1}}, "process.user.uid: must not be negative"},
        {"/process/capabilities",
         {{"bounding", {"CAP_FLY"}}},
         "process.capabilities.bounding: unknown capability \"CAP_FLY\""},
        {"/process/rlimits",
         {{{"type", "RLIMIT_JOY"}, {"soft", 1}, {"hard", 1}}},
         "process.rlimits[0].type: unknown limit \"RLIMIT_JOY\""},
        {"/process/oomScoreAdj", 5000, "process.oomScoreAdj: want a number from -1000 to 1000"},
        {"/root/path", "/no/such/folder", "root.path: there is no folder /no/such/folder"},
        {"/root/path", "", "root.path: must not be empty"},
        {"/mounts", {{{"type", "proc"}}}, "mounts[0].destination: must be set"},
        {"/mounts",
         {{{"destination", "/data"}, {"type", "bind"}}},
         "mounts[0]: a bind mount wants a source"},
        {"/hooks",
         {{"poststop", {{{"path", "relative"}}}}},
         "hooks.poststop[0].path: want an absolute path"},
        {"/hooks",
         {{"prestart", {{{"path", "/bin/true"}, {"timeout", 0}}}}},
         "hooks.prestart[0].timeout: want more than 0 seconds"},
        {"/linux/namespaces/0/type", "space",
         "linux.namespaces[0].type: unknown namespace \"space\""},
        {"/linux/namespaces/1/type", "mount", "linux.namespaces[1].type: is given twice"},
        {"/linux/namespaces/1/path", "ns/pid", "linux.namespaces[1].path: want an absolute path"},
        {"/hostname", "box", "hostname: needs a uts namespace"},
        {"/linux/uidMappings",
         {{{"containerID", 0}, {"hostID", 1000}, {"size", 1}}},
         "linux.uidMappings: id mappings need a user namespace"},
        {"/linux/devices",
         {{{"path", "/dev/x"}, {"type", "q"}}},
         "linux.devices[0].type: want c, b, u or p"},
        {"/linux/resources",
         {{"memory", {{"limit", "64m"}}}},
         "linux.resources.memory.limit: want a whole number"},
        {"/linux/resources",
         {{"devices", {{{"allow", true}, {"access", "rx"}}}}},
         "linux.resources.devices[0].access: want letters of \"rwm\""},
        {"/linux/seccomp",
         {{"defaultAction", "SCMP_ACT_PRAY"}},
         "linux.seccomp.defaultAction: unknown seccomp action \"SCMP_ACT_PRAY\""},
        {"/linux/personality",
         {{"domain", "SVR4"}},
         "linux.personality.domain: want LINUX or LINUX32"},
        {"/linux/intelRdt",
         {{"closID", "guaranteed"}},
         "linux.intelRdt: minirun does not divide processor caches (resctrl is not supported)"},
        {"/linux/timeOffsets",
         {{"boottime", {{"secs", 5}}}},
         "linux.timeOffsets: needs a new time namespace"},
        {"/process/scheduler",
         {{"policy", "SCHED_FAIR"}},
         "process.scheduler.policy: unknown word \"SCHED_FAIR\""},
        {"/process/ioPriority",
         {{"class", "IOPRIO_CLASS_BE"}, {"priority", 8}},
         "process.ioPriority.priority: want 0 to 7"},
        {"/process/execCPUAffinity",
         {{"initial", "0-"}},
         "process.execCPUAffinity.initial: want processors as in 0-2,7, not \"0-\""},
    };
    for (const Fault& fault : faults)
        EXPECT_EQ(complaint_about(fault), fault.complaint) << fault.pointer;
}

TEST(Spec, AContainerWithoutAMountNamespaceIsRefused) {
    EXPECT_EQ(complaint_about({"/linux/namespaces", Json::array(), ""}),
              "linux.namespaces: a container needs a mount namespace");
}

TEST(Spec, RelativePathsBeginAtTheBundle) {
    Json config = good_config();
    config["root"]["path"] = "share";
    config["mounts"] =
        Json::array({{{"destination", "/data"}, {"type", "bind"}, {"source", "data"}}});
    const Spec spec = parse_spec(config, "/usr");
    EXPECT_EQ(spec.root.path, "/usr/share");
    EXPECT_EQ(spec.mounts.at(0).source, "/usr/data");
}

TEST(Spec, AnyDeviceNumberIsMinusOneOrNone) {
    Json config = good_config();
    config["linux"]["resources"]["devices"] = Json::array(
        {{{"allow", true}, {"type", "c"}, {"major", 5}, {"minor", -1}, {"access", "r"}}});
    const auto rule = parse_spec(config, "/").linux.resources.devices.at(0);
    EXPECT_EQ(rule.major, 5);
    EXPECT_FALSE(rule.minor.has_value());
    EXPECT_TRUE(rule.access.read && !rule.access.write && !rule.access.mknod);
}

}  // namespace
}  // namespace minidock::runtime
