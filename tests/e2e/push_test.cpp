// Images into a registry, through the official client and through ours.
#include "tests/support/registry_fixture.hpp"

namespace minidock::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class Push : public WithRegistry {
  protected:
    std::string tag(const std::string& rest) {
        output({"tag", "busybox", registry.name(rest)});
        return registry.name(rest);
    }
};

TEST_F(Push, BringsAnImageThatComesBackTheSame) {
    const std::string name = tag("team/box:1");
    const std::string said = output({"push", name});
    EXPECT_THAT(said,
                HasSubstr("The push refers to repository [" + registry.name("team/box") + "]"));
    EXPECT_THAT(said, ContainsRegex("[0-9a-f]{12}: Pushed\n"));
    EXPECT_THAT(said, ContainsRegex("1: digest: sha256:[0-9a-f]+ size: [0-9]+"));
    const std::string id = output({"image", "inspect", "--format", "{{.Id}}", name});
    const std::string digest =
        output({"image", "inspect", "--format", "{{index .RepoDigests 0}}", name});

    output({"rmi", name, "busybox"});
    ASSERT_EQ(output({"images", "--quiet"}), "");
    EXPECT_THAT(output({"pull", name}), HasSubstr(digest.substr(digest.find("sha256:"))));
    EXPECT_EQ(output({"image", "inspect", "--format", "{{.Id}}", name}), id);
    EXPECT_EQ(output({"run", "--rm", "--network", "none", name, "echo", "hello"}), "hello");
}

TEST_F(Push, SendsNoLayerTwice) {
    output({"push", tag("box:1")});
    EXPECT_THAT(output({"push", tag("box:2")}), HasSubstr(": Layer already exists"));
    EXPECT_THAT(output({"push", tag("other:1")}), HasSubstr(": Mounted from box"));
}

TEST_F(Push, MakesWhatOthersPull) {
    const std::string name = tag("box:1");
    own_output({"push", name});
    const Outcome inspect =
        run({"skopeo", "--insecure-policy", "inspect", "--tls-verify=false", "docker://" + name});
    EXPECT_EQ(inspect.status, 0) << inspect.err;
    TempDir folder;
    const Outcome copy = run({"skopeo", "--insecure-policy", "copy", "--src-tls-verify=false",
                              "docker://" + name, "oci:" + (folder / "layout") + ":x"});
    EXPECT_EQ(copy.status, 0) << copy.err;
}

TEST_F(Push, OfAllTagsSendsEachOfThem) {
    tag("box:1");
    tag("box:2");
    output({"push", "--all-tags", registry.name("box")});
    const Outcome tags =
        run({"skopeo", "list-tags", "--tls-verify=false", "docker://" + registry.name("box")});
    EXPECT_THAT(tags.out, HasSubstr("\"1\""));
    EXPECT_THAT(tags.out, HasSubstr("\"2\""));
}

TEST_F(Push, OfWhatIsNotHereIsRefused) {
    const Outcome push = daemon.docker({"push", registry.name("no:1")});
    EXPECT_EQ(push.status, 1);
    EXPECT_THAT(push.err, HasSubstr("No such image: " + registry.name("no:1")));
}

}  // namespace
}  // namespace minidock::test
