// Images from a registry, through the official client and through ours.
#include "tests/support/registry_fixture.hpp"

namespace minidock::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

class Pull : public WithRegistry {
  protected:
    Pull() : WithRegistry{{}, {.busybox = false}} { fill("box:1"); }
};

TEST_F(Pull, BringsAnImageThatRuns) {
    const std::string name = registry.name("box:1");
    const Outcome pull = daemon.docker({"pull", name});
    EXPECT_EQ(pull.status, 0) << pull.err;
    EXPECT_THAT(pull.out, StartsWith("1: Pulling from box\n"));
    EXPECT_THAT(pull.out, ContainsRegex("[0-9a-f]{12}: Pull complete\nDigest: sha256:[0-9a-f]+\n"));
    EXPECT_THAT(pull.out, HasSubstr("Status: Downloaded newer image for " + name));
    EXPECT_EQ(output({"run", "--rm", "--network", "none", name, "echo", "hello"}), "hello");
}

TEST_F(Pull, OfWhatIsHereSaysThatItIsUpToDate) {
    const std::string name = registry.name("box:1");
    output({"pull", name});
    EXPECT_THAT(output({"pull", name}), HasSubstr("Status: Image is up to date for " + name));
    EXPECT_EQ(output({"pull", "--quiet", name}), name);
}

TEST_F(Pull, ByDigestGivesTheImageADigestAndNoTag) {
    output({"pull", registry.name("box:1")});
    const std::string by_digest = output(
        {"image", "inspect", "--format", "{{index .RepoDigests 0}}", registry.name("box:1")});
    EXPECT_THAT(by_digest, StartsWith(registry.name("box@sha256:")));
    output({"rmi", registry.name("box:1")});
    EXPECT_EQ(output({"images", "--all", "--quiet"}), "");

    output({"pull", by_digest});
    EXPECT_EQ(output({"images", "--digests", "--format", "{{.Repository}}@{{.Digest}} {{.Tag}}"}),
              by_digest + " <none>");
    EXPECT_EQ(output({"run", "--rm", "--network", "none", by_digest, "echo", "hi"}), "hi");
    EXPECT_THAT(output({"rmi", by_digest}), HasSubstr("Untagged: " + by_digest));
    EXPECT_EQ(output({"images", "--all", "--quiet"}), "");
}

TEST_F(Pull, TakesBothFamiliesOfManifests) {
    fill("docker:2", "v2s2");
    for (const std::string name : {"box:1", "docker:2"}) {
        EXPECT_EQ(output({"run", "--rm", "--network", "none", registry.name(name), "echo", name}),
                  name);
    }
}

TEST_F(Pull, OfAllTagsBringsEachOfThem) {
    fill("box:2");
    output({"pull", "--all-tags", registry.name("box")});
    EXPECT_EQ(output({"images", "--format", "{{.Tag}}"}), "1\n2");
}

TEST_F(Pull, OfWhatTheRegistryLacksIsRefusedInOneLine) {
    const Outcome pull = daemon.docker({"pull", registry.name("box:no")});
    EXPECT_EQ(pull.status, 1);
    EXPECT_THAT(pull.err, HasSubstr("manifest for " + registry.name("box:no") + " not found"));
    const Outcome run = daemon.docker({"run", "--rm", registry.name("nobody:1")});
    EXPECT_EQ(run.status, 125);
    EXPECT_THAT(run.err, HasSubstr("not found"));
}

TEST_F(Pull, FromWhereNobodyListensSaysWhere) {
    const std::string nowhere = "localhost:" + std::to_string(free_port());
    const Outcome pull = daemon.docker({"pull", nowhere + "/box"});
    EXPECT_EQ(pull.status, 1);
    EXPECT_THAT(pull.err, HasSubstr("cannot reach the registry " + nowhere));
}

TEST_F(Pull, ByOurOwnClientIsAlikeWithoutATerminal) {
    const std::string name = registry.name("box:1");
    const std::string said = own_output({"pull", name});
    EXPECT_THAT(said, StartsWith("1: Pulling from box\n"));
    EXPECT_THAT(said, ContainsRegex("[0-9a-f]{12}: Pull complete\n"));
    EXPECT_THAT(said, HasSubstr("Status: Downloaded newer image for " + name));
    EXPECT_EQ(said.find('\x1b'), std::string::npos) << "there is no terminal";
    EXPECT_EQ(own_output({"pull", "--quiet", name}), name + "\n");
}

TEST_F(Pull, IsSearchedForInTheCatalogue) {
    fill("team/other:1");
    EXPECT_EQ(output({"search", "--format", "{{.Name}}", registry.name("bo")}),
              registry.name("box"));
    EXPECT_THAT(daemon.docker({"search", "box"}).err, HasSubstr("Docker Hub has none"));
}

TEST_F(Pull, ForAnotherPlatformNeedsAnIndexThatHasIt) {
    const Outcome pull =
        daemon.docker({"pull", "--platform", "linux/arm64", registry.name("box:1")});
    EXPECT_EQ(pull.status, 1);
    EXPECT_THAT(pull.err, HasSubstr("linux/arm64"));
}

}  // namespace
}  // namespace minidock::test
