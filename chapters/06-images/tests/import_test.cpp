// A plain tar becomes an image of one layer.
#include "chapters/06-images/tests/packed.hpp"
#include "chapters/06-images/tests/scratch_store.hpp"

namespace minidock::test {
namespace {

using testing::ElementsAre;

const std::string lower = TarBuilder{}.folder("etc").file("etc/name", "lower").str();

class Import : public ScratchStore {};

TEST_F(Import, MakesAnImageOfOneLayer) {
    const image::Digest id = import(lower, "debian:12");
    const image::Image image = store_->get("debian:12");
    EXPECT_EQ(image.id, id);
    EXPECT_THAT(image.config.diff_ids, ElementsAre(image::digest_of(lower)));
    EXPECT_EQ(image.config.history.at(0).comment, "Imported from -");
    EXPECT_EQ(image.config.platform.architecture, image::Platform::host().architecture);
    EXPECT_EQ(content("debian:12", 0, "etc/name"), "lower");
}

TEST_F(Import, TakesAPackedTar) {
    import(packed(lower, "gzip"), "packed");
    EXPECT_THAT(store_->get("packed").config.diff_ids, ElementsAre(image::digest_of(lower)));
}

TEST_F(Import, OfADamagedTarLeavesNothingBehind) {
    const auto before = everything();
    for (const std::string& tar :
         {lower.substr(0, 1100), std::string{"no tar"}, packed(lower, "gzip").substr(0, 60),
          TarBuilder{}.file("/etc/passwd", "x").str()}) {
        EXPECT_THROW(import(tar), BadParameter);
        EXPECT_EQ(everything(), before);
    }
}

}  // namespace
}  // namespace minidock::test
