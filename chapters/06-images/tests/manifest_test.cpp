#include "minidock/image/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chapters/06-images/tests/complaint.hpp"

namespace minidock::image {
namespace {

using test::complaint;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string one = digest_of("one").str();
const std::string two = digest_of("two").str();

std::string descriptor(const std::string& digest, const std::string& more = "") {
    return R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","size":3,"digest":")" +
           digest + "\"" + more + "}";
}

TEST(Manifests, NameTheConfigAndTheLayers) {
    const Manifest manifest = parse_manifest(R"({"schemaVersion":2,"config":)" + descriptor(one) +
                                                 R"(,"layers":[)" + descriptor(two) + "]}",
                                             "manifest");
    EXPECT_EQ(manifest.config.digest.str(), one);
    ASSERT_EQ(manifest.layers.size(), 1U);
    EXPECT_EQ(manifest.layers[0].digest.str(), two);
    EXPECT_EQ(manifest.layers[0].size, 3U);
}

TEST(Manifests, ComeBackFromTheirTextAsTheyWere) {
    const Manifest manifest{.media_type = std::string{media_type::oci_manifest},
                            .config = {.media_type = "c", .digest = digest_of("1"), .size = 1},
                            .layers = {{.media_type = "l", .digest = digest_of("2"), .size = 2}}};
    const Manifest again = parse_manifest(to_json(manifest), "manifest");
    EXPECT_EQ(to_json(again), to_json(manifest));
}

TEST(Manifests, ThatAreWrongAreRefusedWithThePlaceOfTheFault) {
    const auto refusal = [](const std::string& text) {
        return complaint([&] { (void)parse_manifest(text, "manifest x"); });
    };
    EXPECT_THAT(refusal("{"), HasSubstr("manifest x is not valid JSON"));
    EXPECT_THAT(refusal("[]"), HasSubstr("manifest x: "));
    EXPECT_THAT(refusal("{}"), HasSubstr("config"));
    EXPECT_THAT(refusal(R"({"config":)" + descriptor("sha256:lie") + R"(,"layers":[]})"),
                HasSubstr("config.digest"));
    EXPECT_THAT(refusal(R"({"config":)" + descriptor(one) + R"(,"layers":[{"size":1}]})"),
                HasSubstr("layers[0].digest"));
    EXPECT_THAT(refusal(R"({"config":)" + descriptor(one) + R"(,"layers":"x"})"),
                HasSubstr("layers: want a list"));
    EXPECT_THAT(refusal(R"({"config":{"digest":")" + one + R"(","size":-1},"layers":[]})"),
                HasSubstr("config.size"));
}

TEST(Indexes, ChooseThePlatformThatIsAskedFor) {
    const auto on = [](const std::string& architecture) {
        return R"(,"platform":{"os":"linux","architecture":")" + architecture + "\"}";
    };
    const Index index = parse_index(R"({"manifests":[)" + descriptor(one, on("arm64")) + "," +
                                        descriptor(two, on("amd64")) + "]}",
                                    "index");
    EXPECT_EQ(choose_platform(index, {"linux", "amd64", ""}, "index").digest.str(), two);
    EXPECT_EQ(choose_platform(index, {"linux", "arm64", ""}, "index").digest.str(), one);
    EXPECT_THAT(complaint([&] {
                    (void)choose_platform(index, {"linux", "s390x", ""}, "index");
                }),
                HasSubstr("index has no image for linux/s390x"));
}

TEST(Indexes, OfOneImageNeedNotSayThePlatform) {
    const Index index = parse_index(R"({"manifests":[)" + descriptor(one) + "]}", "index");
    EXPECT_EQ(choose_platform(index, {"linux", "amd64", ""}, "index").digest.str(), one);
}

TEST(ArchiveManifests, NameFilesOfTheArchive) {
    const auto images = parse_archive_manifest(
        R"([{"Config":"c.json","RepoTags":["a:1","b:2"],"Layers":["x/layer.tar"]},
            {"Config":"d.json","RepoTags":null,"Layers":[]}])");
    ASSERT_EQ(images.size(), 2U);
    EXPECT_THAT(images[0].repo_tags, ElementsAre("a:1", "b:2"));
    EXPECT_THAT(images[0].layers, ElementsAre("x/layer.tar"));
    EXPECT_TRUE(images[1].repo_tags.empty());
}

TEST(Platforms, AreReadInAllTheirForms) {
    EXPECT_EQ(Platform::parse("linux/arm64/v8").str(), "linux/arm64/v8");
    EXPECT_EQ(Platform::parse("linux/amd64").str(), "linux/amd64");
    EXPECT_EQ(Platform::parse("arm64").str(), "linux/arm64");
    for (const char* wrong : {"", "/", "linux/", "/amd64", "linux/arm/v7/x"})
        EXPECT_THROW(Platform::parse(wrong), BadParameter) << wrong;
}

TEST(Platforms, OfArm64AreOfVersion8WhereTheyDoNotSay) {
    const Index index = parse_index(
        R"({"manifests":[)" +
            descriptor(one, R"(,"platform":{"os":"linux","architecture":"arm64"})") + "]}",
        "index");
    EXPECT_EQ(choose_platform(index, Platform::parse("linux/arm64/v8"), "x").digest.str(), one);
    EXPECT_THROW((void)choose_platform(index, Platform::parse("linux/arm64/v9"), "x"), NotFound);
}

}  // namespace
}  // namespace minidock::image
