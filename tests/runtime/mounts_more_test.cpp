// The OCI runtime specification, config.md, "Mounts": id mappings, recursive options, tmpcopyup;
// and minirun's --no-pivot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/minirun/running.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// A folder of the test's, with a file of user 5, that is bound to /data.
Json data_mount(Bundle& bundle, Json options) {
    const std::string folder = bundle.file("data");
    run({"mkdir", "-p", folder + "/below", bundle.root() + "/data"});
    run({"touch", folder + "/file"});
    run({"chown", "5:6", folder + "/file"});
    return {{"destination", "/data"},
            {"type", "bind"},
            {"source", folder},
            {"options", std::move(options)}};
}

Json range(int inside, int outside) {
    return Json::array({{{"containerID", inside}, {"hostID", outside}, {"size", 100}}});
}

std::string output_of(Bundle& bundle) {
    const Outcome outcome = run_bundle(bundle);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(leftovers(bundle), IsEmpty());
    return outcome.out;
}

TEST(Mounts, IdMappingsChangeWhoOwnsTheFiles) {
    Bundle bundle{{"stat", "-c", "%u:%g", "/data/file"}};
    Json mount = data_mount(bundle, {"bind", "ro"});
    mount["uidMappings"] = range(0, 1000);
    mount["gidMappings"] = range(0, 2000);
    bundle.config["mounts"].push_back(mount);
    EXPECT_EQ(output_of(bundle), "1005:2006\n");
}

TEST(Mounts, IdmapAloneTakesTheContainersOwnMappings) {
    Bundle bundle{{"stat", "-c", "%u:%g", "/data/file"}};
    bundle.config["mounts"].push_back(data_mount(bundle, {"bind", "idmap"}));
    bundle.config["linux"]["namespaces"].push_back({{"type", "user"}});
    bundle.config["linux"]["uidMappings"] = range(0, 100000);
    bundle.config["linux"]["gidMappings"] = range(0, 100000);
    // On the host it is user 5's, and so it is inside, where 5 is the host's 100005.
    EXPECT_EQ(output_of(bundle), "5:6\n");
}

TEST(Mounts, IdmapWithoutMappingsIsRefused) {
    Bundle bundle{{"true"}};
    bundle.config["mounts"].push_back(data_mount(bundle, {"bind", "idmap"}));
    const Outcome outcome = run_bundle(bundle);
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.err, HasSubstr("idmap needs id mappings"));
}

TEST(Mounts, RroHoldsForWhatIsMountedBelow) {
    Bundle bundle{{"sh", "-c", "touch /data/below/x; touch /data/x; true"}};
    bundle.config["mounts"].push_back(data_mount(bundle, {"rbind", "rro"}));
    const std::string below = bundle.file("data") + "/below";
    ASSERT_EQ(::mount("tmpfs", below.c_str(), "tmpfs", 0, nullptr), 0);
    const Outcome outcome = run_bundle(bundle);
    ::umount2(below.c_str(), MNT_DETACH);
    EXPECT_EQ(
        outcome.err,
        "touch: /data/below/x: Read-only file system\ntouch: /data/x: Read-only file system\n");
}

TEST(Mounts, TmpcopyupBeginsWithWhatItHides) {
    Bundle bundle{{"sh", "-c", "cat /etc/was-here; touch /etc/new && echo written"}};
    run({"sh", "-c", "echo before > " + bundle.root() + "/etc/was-here"});
    bundle.config["mounts"].push_back({{"destination", "/etc"},
                                       {"type", "tmpfs"},
                                       {"source", "tmpfs"},
                                       {"options", {"tmpcopyup", "nodev"}}});
    EXPECT_EQ(output_of(bundle), "before\nwritten\n");
    EXPECT_NE(::access((bundle.root() + "/etc/new").c_str(), F_OK), 0);
}

TEST(NoPivot, TheRootIsMovedInstead) {
    Bundle bundle{{"sh", "-c", "ls /; pwd"}};
    const Outcome outcome =
        minirun(bundle, {"run", "--no-pivot", "--bundle", bundle.path(), "box"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "bin\ndev\netc\nproc\nroot\nsys\ntmp\n/\n");
}

}  // namespace
}  // namespace minidock::test
