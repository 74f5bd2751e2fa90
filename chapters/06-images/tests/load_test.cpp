// Archives of all kinds come in, and damaged or hostile ones leave the store as it was.
#include <fcntl.h>

#include "chapters/06-images/tests/packed.hpp"
#include "chapters/06-images/tests/scratch_store.hpp"

namespace minidock::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string lower = TarBuilder{}.folder("etc").file("etc/name", "lower").str();
const std::string upper = TarBuilder{}.file("etc/.wh.name", "").file("etc/more", "upper").str();

class Load : public ScratchStore {};

TEST_F(Load, TakesADockerArchive) {
    const auto loaded = load(docker_archive({lower, upper}, {"app:v1", "host:5000/app:v2"}));
    ASSERT_EQ(loaded.size(), 1U);
    EXPECT_EQ(loaded[0].id.str(), image_id({lower, upper}));
    EXPECT_THAT(names("app:v1"), ElementsAre("app:v1", "host:5000/app:v2"));
    EXPECT_EQ(content("app:v1", 0, "etc/name"), "lower");
    EXPECT_EQ(content("app:v1", 1, "etc/more"), "upper");
    EXPECT_EQ(store_->get("app:v1").size(), 10U);
}

TEST_F(Load, TakesAnImageWithoutAName) {
    load(docker_archive({lower}, nullptr));
    EXPECT_TRUE(names(image_id({lower})).empty());
}

TEST_F(Load, TakesAnArchiveThatIsPacked) {
    for (const std::string program : {"gzip", "xz", "zstd", "bzip2"}) {
        load(packed(docker_archive({lower}, {program}), program));
        EXPECT_EQ(content(program, 0, "etc/name"), "lower");
    }
}

TEST_F(Load, TakesLayersHoweverTheyArePacked) {
    for (const std::string program : {"gzip", "xz", "zstd", "bzip2"}) {
        const std::string layer = TarBuilder{}.file("packer", program).str();
        load(OciArchive::of({layer}, {packed(layer, program)}, program + ":x").str());
        EXPECT_EQ(content(program + ":x", 0, "packer"), program);
    }
}

TEST_F(Load, KeepsTheManifestOfAnOciArchive) {
    const OciArchive archive = OciArchive::of({lower}, {packed(lower, "gzip")}, "example.com/a:1");
    load(archive.str());
    EXPECT_EQ(store_->get("example.com/a:1").manifest_digest.str(),
              archive.index["manifests"][0]["digest"]);
}

TEST_F(Load, ChoosesThisMachinesImageOfAnIndexOfSeveral) {
    OciArchive archive = OciArchive::of({lower}, {lower}, "app:x");
    const image::Platform host = image::Platform::host();
    json mine = archive.index["manifests"][0];
    mine.erase("annotations");
    mine["platform"] = {{"os", host.os}, {"architecture", host.architecture}};
    json others = mine;
    others["digest"] = image::digest_of("not in the archive").str();
    others["platform"] = {{"os", "linux"}, {"architecture", "s390x"}};
    json inner = archive.put(json{{"manifests", {others, mine}}}.dump(), "index.v1+json");
    inner["annotations"] = {{"io.containerd.image.name", "docker.io/library/multi:latest"}};
    archive.index["manifests"] = json::array({inner});
    load(archive.str());
    EXPECT_EQ(content("multi", 0, "etc/name"), "lower");
}

TEST_F(Load, FollowsTheLinksByWhichOldArchivesShareLayers) {
    const std::string config = image_config({lower, lower});
    TarBuilder tar;
    tar.file("aa/layer.tar", lower).symlink("bb/layer.tar", "../aa/layer.tar");
    tar.file("config.json", config);
    tar.file("manifest.json", R"([{"Config":"config.json","RepoTags":["twice:1"],)"
                              R"("Layers":["aa/layer.tar","bb/layer.tar"]}])");
    load(tar.str());
    EXPECT_EQ(content("twice:1", 1, "etc/name"), "lower");
}

TEST_F(Load, SharesLayersAndBlobsBetweenImages) {
    load(docker_archive({lower}, {"one"}));
    const std::size_t layers = count("layers");
    load(docker_archive({lower, upper}, {"two"}));
    EXPECT_EQ(count("layers"), layers + 1);
    EXPECT_EQ(store_->layer_folders(store_->get("one"))[0],
              store_->layer_folders(store_->get("two"))[0]);
}

TEST_F(Load, MovesANameFromAnOlderImage) {
    load(docker_archive({lower}, {"app"}));
    load(docker_archive({upper}, {"app"}));
    EXPECT_EQ(store_->get("app").id.str(), image_id({upper}));
    EXPECT_TRUE(names(image_id({lower})).empty());
}

TEST_F(Load, IsStillThereAfterANewStart) {
    load(docker_archive({lower, upper}, {"app:v1"}));
    load(docker_archive({lower}, nullptr));
    reopen();
    EXPECT_EQ(store_->list().size(), 2U);
    EXPECT_THAT(names(image_id({lower, upper})), ElementsAre("app:v1"));
    EXPECT_EQ(store_->get("app:v1").layer_sizes, (std::vector<std::uint64_t>{5, 5}));
}

TEST_F(Load, TellsHowFarItIs) {
    MemorySource source{docker_archive({lower}, {"app"})};
    std::uint64_t done = 0;
    store_->load(source, [&](const image::LayerProgress& step) {
        EXPECT_EQ(step.diff_id, image::digest_of(lower));
        EXPECT_EQ(step.total, lower.size());
        done = step.done;
    });
    EXPECT_EQ(done, lower.size());
}

TEST_F(Load, OfWhatIsNoArchiveOfImagesIsRefused) {
    EXPECT_THAT(refusal("not a tar at all"), HasSubstr("read the archive: "));
    EXPECT_THAT(refusal(""), HasSubstr("read the archive: "));
    EXPECT_THAT(refusal(lower), HasSubstr("it has neither manifest.json nor index.json"));
    EXPECT_THAT(refusal(TarBuilder{}.file("manifest.json", "[]").str()), HasSubstr("no image"));
    EXPECT_THAT(refusal(TarBuilder{}.file("manifest.json", "{").str()),
                HasSubstr("manifest.json is not valid JSON"));
}

TEST_F(Load, OfAnArchiveThatIsCutOffIsRefused) {
    const std::string whole = docker_archive({lower, upper}, {"app"});
    for (const std::size_t part : {whole.size() / 4, whole.size() / 2, whole.size() * 3 / 4})
        EXPECT_NE(refusal(whole.substr(0, part)), "it was not refused") << part;
    const std::string small = packed(whole, "gzip");
    EXPECT_THAT(refusal(small.substr(0, small.size() / 2)), HasSubstr("truncated gzip input"));
}

TEST_F(Load, OfAnArchiveWithoutOneOfItsPartsIsRefused) {
    EXPECT_THAT(refusal(TarBuilder{}
                            .file("manifest.json",
                                  R"([{"Config":"c.json","RepoTags":[],"Layers":["l.tar"]}])")
                            .str()),
                HasSubstr("the archive has no file \"c.json\""));
    OciArchive archive = OciArchive::of({lower}, {lower}, "app");
    archive.blobs.erase(archive.blobs.begin() + 1);
    EXPECT_THAT(refusal(archive.str()),
                HasSubstr("the archive lacks layer " + image::digest_of(lower).str()));
}

TEST_F(Load, OfABlobThatLiesAboutItsDigestIsRefused) {
    OciArchive archive = OciArchive::of({lower}, {lower}, "app");
    archive.blobs[1].content = upper;
    EXPECT_THAT(refusal(archive.str()),
                HasSubstr("blob " + image::digest_of(lower).str() + " is damaged"));
}

TEST_F(Load, OfALayerThatTheConfigDoesNotKnowIsRefused) {
    EXPECT_THAT(refusal(OciArchive::of({lower}, {upper}, "app").str()),
                HasSubstr("but the image's config says " + image::digest_of(lower).str()));
    EXPECT_THAT(refusal(OciArchive::of({lower}, {packed(upper, "gzip")}, "app").str()),
                HasSubstr("unpacks to " + image::digest_of(upper).str()));
}

TEST_F(Load, OfMoreOrFewerLayersThanTheConfigKnowsIsRefused) {
    EXPECT_THAT(refusal(OciArchive::of({lower, upper}, {lower}, "app").str()),
                HasSubstr("there are 1 layers, but the config has 2"));
}

TEST_F(Load, OfAHostileLayerIsRefusedAsAWhole) {
    const std::string hostile = TarBuilder{}.file("ok", "x").file("../escape", "x").str();
    EXPECT_THAT(refusal(docker_archive({lower, hostile}, {"app"})),
                HasSubstr("unpack layer " + image::digest_of(hostile).str() +
                          ": entry \"../escape\": its path has \"..\" in it"));
}

TEST_F(Load, OfABombIsRefusedAtTheLimit) {
    const std::string bomb = TarBuilder{}.file("zeros", std::string(5'000'000, '\0')).str();
    reopen({.bytes = 1'000'000});
    const std::string small = packed(bomb, "gzip");
    ASSERT_LT(small.size(), 10'000U);
    EXPECT_THAT(refusal(OciArchive::of({bomb}, {small}, "bomb").str()),
                HasSubstr("it unpacks to more than 1000000 bytes, the limit"));
}

TEST_F(Load, OfAHugeDocumentIsRefused) {
    const std::string huge = "[" + std::string(5'000'000, ' ') + "]";
    EXPECT_THAT(refusal(TarBuilder{}.file("manifest.json", huge).str()),
                HasSubstr("manifest.json has 5000002 bytes; the limit is 4194304"));
}

TEST_F(Load, OfDeeplyNestedJsonIsRefused) {
    EXPECT_THAT(refusal(TarBuilder{}.file("manifest.json", std::string(100'000, '[')).str()),
                HasSubstr("manifest.json lies deeper than 500 levels"));
}

TEST_F(Load, OfAnIndexThatContainsItselfIsRefused) {
    OciArchive archive = OciArchive::of({lower}, {lower}, "app");
    json inner = archive.index["manifests"][0];
    for (int depth = 0; depth < 10; ++depth)
        inner = archive.put(json{{"manifests", json::array({inner})}}.dump(), "index.v1+json");
    archive.index["manifests"] = json::array({inner});
    EXPECT_THAT(refusal(archive.str()), HasSubstr("is nested too deeply"));
}

TEST_F(Load, OfAWrongNameIsRefused) {
    EXPECT_THAT(refusal(docker_archive({lower}, {"Not A Name"})),
                HasSubstr("invalid reference format"));
}

TEST_F(Load, OfOneBadImageAmongGoodOnesLoadsNone) {
    TarBuilder tar;
    tar.file("l", lower).file("c", image_config({lower})).file("bad", image_config({upper}));
    tar.file("manifest.json", R"([{"Config":"c","RepoTags":["good"],"Layers":["l"]},)"
                              R"({"Config":"bad","RepoTags":["bad"],"Layers":["l"]}])");
    EXPECT_THAT(refusal(tar.str()), HasSubstr("the image's config says"));
    EXPECT_THROW((void)store_->get("good"), NotFound);
}

TEST_F(Load, OfAFailingSourceIsRefusedWithItsReason) {
    class Failing : public image::Source {
      public:
        std::string_view next() override { throw SystemError("read the body", ECONNRESET); }
    } source;
    const auto before = everything();
    EXPECT_THROW(store_->load(source), SystemError);
    EXPECT_EQ(everything(), before);
}

TEST_F(Load, AfterACrashFindsTheLeftoversRemoved) {
    load(docker_archive({lower}, {"app"}));
    const auto before = everything();
    std::filesystem::create_directories(root_ / "layers/unfinished/half/diff/etc");
    std::filesystem::create_directories(root_ / "images/incoming/half");
    open_file(root_ / "images/incoming/half/0", O_WRONLY | O_CREAT, 0644);
    testing::internal::CaptureStderr();
    reopen();
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_EQ(everything(), before);
    EXPECT_THAT(log, HasSubstr("removed 1 half-unpacked"));
    EXPECT_THAT(log, HasSubstr("removed 1 archive"));
}

TEST_F(Load, AfterTheLossOfALayerUnpacksItAgain) {
    load(docker_archive({lower, upper}, {"app"}));
    const std::string folder = store_->layer_folders(store_->get("app"))[0];
    std::filesystem::remove_all(std::filesystem::path{folder}.parent_path());
    reopen();
    EXPECT_EQ(content("app", 0, "etc/name"), "lower");
}

TEST_F(Load, AfterDamageToOneImageKeepsTheOthers) {
    load(docker_archive({lower}, {"damaged"}));
    load(docker_archive({upper}, {"whole"}));
    const std::string config = root_ / ("images/blobs/sha256/" + image_id({lower}).substr(7));
    std::filesystem::resize_file(config, 5);
    reopen();
    EXPECT_THROW((void)store_->get("damaged"), NotFound);
    EXPECT_EQ(content("whole", 0, "etc/more"), "upper");
}

}  // namespace
}  // namespace minidock::test
