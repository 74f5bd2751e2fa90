// Pulls from a registry that behaves.
#include <nlohmann/json.hpp>

#include "chapters/07-registries/tests/scratch_pull.hpp"

namespace minidock::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string layer = TarBuilder{}.file("greeting", "hello").str();
constexpr const char* index_type = "application/vnd.oci.image.index.v1+json";

nlohmann::json entry(const FakeRegistry&, const image::Digest& manifest,
                     const std::string& architecture, const std::string& variant = "") {
    nlohmann::json entry{{"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                         {"digest", manifest.str()},
                         {"size", 1},
                         {"platform", {{"os", "linux"}, {"architecture", architecture}}}};
    if (!variant.empty()) entry["platform"]["variant"] = variant;
    return entry;
}

TEST_F(ScratchPull, BringsImageAndLayer) {
    FakeRegistry registry;
    const image::Digest digest = registry.add_image("1", layer);
    const auto pulled = pull(registry);
    EXPECT_EQ(pulled.digest, digest);
    EXPECT_TRUE(pulled.newer);
    EXPECT_EQ(pulled_file(registry, "greeting"), "hello");
    EXPECT_THAT(names(registry.host() + "/app:1"), ElementsAre(registry.host() + "/app:1"));
    EXPECT_THAT(store_->get(registry.host() + "/app:1").repo_digests(),
                ElementsAre(registry.host() + "/app@" + digest.str()));
    EXPECT_THAT(steps_, Contains("Pull complete"));
}

TEST_F(ScratchPull, DoesNotFetchWhatIsHere) {
    FakeRegistry registry;
    registry.add_image("1", layer);
    pull(registry);
    steps_.clear();
    const std::size_t before = registry.count(image::digest_of(layer).str());
    EXPECT_FALSE(pull(registry).newer);
    EXPECT_EQ(registry.count(image::digest_of(layer).str()), before);
    EXPECT_THAT(steps_, Not(Contains("Downloading")));
}

TEST_F(ScratchPull, KeepsDigestsOverARestart) {
    FakeRegistry registry;
    const auto digest = registry.add_image("1", layer);
    pull(registry);
    reopen();
    EXPECT_THAT(store_->get(registry.host() + "/app@" + digest.str()).repo_digests(),
                ElementsAre(registry.host() + "/app@" + digest.str()));
}

TEST_F(ScratchPull, MovesANameToTheNewImage) {
    FakeRegistry registry;
    registry.add_image("1", layer);
    const auto old = pull(registry).id;
    registry.add_image("1", TarBuilder{}.file("greeting", "goodbye").str());
    EXPECT_TRUE(pull(registry).newer);
    EXPECT_EQ(pulled_file(registry, "greeting"), "goodbye");
    EXPECT_THAT(store_->get(old.str()).tags, testing::IsEmpty());
}

TEST_F(ScratchPull, ChoosesThePlatform) {
    FakeRegistry registry;
    const std::string other = TarBuilder{}.file("greeting", "from arm").str();
    const auto mine = registry.add_image("mine", layer);
    const auto arm = registry.add_image("arm", other, "arm64");
    const nlohmann::json index{{"schemaVersion", 2},
                               {"mediaType", index_type},
                               {"manifests",
                                {entry(registry, arm, "arm64", "v8"),
                                 entry(registry, mine, image::Platform::host().architecture)}}};
    const auto digest = registry.add_manifest("1", index_type, index.dump());
    EXPECT_EQ(pull(registry).digest, digest);
    EXPECT_EQ(pulled_file(registry, "greeting"), "hello");
    pull(registry, "app:1", {.platform = image::Platform::parse("linux/arm64")});
    EXPECT_EQ(pulled_file(registry, "greeting"), "from arm");
    EXPECT_THAT(
        refusal_of_pull(registry, "app:1", {.platform = image::Platform::parse("linux/s390x")}),
        HasSubstr("no image for linux/s390x"));
}

TEST_F(ScratchPull, OfASingleImageChecksItsPlatform) {
    FakeRegistry registry;
    registry.add_image("1", layer, "arm64");
    EXPECT_THAT(
        refusal_of_pull(registry, "app:1", {.platform = image::Platform::parse("linux/amd64")}),
        HasSubstr("its platform (linux/arm64) does not match"));
}

TEST_F(ScratchPull, FindsASharedLayerOnce) {
    FakeRegistry registry;
    registry.add_image("1", layer);
    registry.add_image("2", layer, "arm64");
    pull(registry);
    pull(registry, "app:2");
    EXPECT_EQ(registry.count(image::digest_of(layer).str()), 1U);
    EXPECT_THAT(steps_, Contains("Already exists"));
}

TEST_F(ScratchPull, AsksMirrorsOnlyForTheHubAndBeforeIt) {
    FakeRegistry broken{[](const Asked&) { return answer("500 No", ""); }};
    FakeRegistry mirror;
    mirror.add_image("1", layer);
    settings_.mirrors = {broken.url(), mirror.url()};
    settings_.attempts = 1;
    const auto name = image::Reference::parse("docker.io/library/app:1");
    registry::pull(*store_, settings_, name, {.credentials = {.user = "ann", .password = "secret"}},
                   {});
    EXPECT_THAT(names("app:1"), ElementsAre("app:1"));
    EXPECT_EQ(mirror.count("/v2/library/app/manifests/1"), 1U);
    for (const Asked& asked : mirror.asked())
        EXPECT_EQ(asked.field("authorization"), "");
}

}  // namespace
}  // namespace minidock::test
