#include "minidock/image/digest.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "minidock/base/error.hpp"

namespace minidock::image {
namespace {

const std::string of_nothing =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(Digests, AreThoseOfSha256) {
    EXPECT_EQ(digest_of("").str(), of_nothing);
    EXPECT_EQ(digest_of("abc").str(),
              "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digests, DoNotDependOnHowTheContentIsCut) {
    Hasher hasher;
    for (const char c : std::string(1000, 'x'))
        hasher.update({&c, 1});
    EXPECT_EQ(hasher.finish(), digest_of(std::string(1000, 'x')));
}

TEST(Digests, ShowTheirDigits) {
    const Digest digest = Digest::parse(of_nothing);
    EXPECT_EQ(digest.hex(), of_nothing.substr(7));
    EXPECT_EQ(digest.short_hex(), "e3b0c44298fc");
    EXPECT_EQ(Digest::from_hex(digest.hex()), digest);
}

TEST(Digests, OfOtherFormsAreRefused) {
    const std::string hex = of_nothing.substr(7);
    for (const auto& text : std::vector<std::string>{
             "", hex, "sha256:", "sha256:" + hex.substr(1), of_nothing + "0", "sha512:" + hex,
             "SHA256:" + hex, "sha256:E" + hex.substr(1), "sha256:g" + hex.substr(1),
             "sha256:../../../../../../../../../../../../../../../../../../../../etc/x"}) {
        EXPECT_EQ(Digest::try_parse(text), std::nullopt) << text;
        EXPECT_THROW((void)Digest::parse(text), BadParameter) << text;
    }
}

TEST(ChainIds, OfTheLowestLayerIsItsDiffId) {
    const Digest diff_id = digest_of("layer");
    EXPECT_EQ(chain_id(std::nullopt, diff_id), diff_id);
}

TEST(ChainIds, OfALayerOnAnotherIsTheDigestOfBoth) {
    // By sha256sum: printf 'sha256:… sha256:…' | sha256sum
    const Digest lower = digest_of("");
    const Digest upper = digest_of("abc");
    EXPECT_EQ(chain_id(lower, upper), digest_of(lower.str() + " " + upper.str()));
    EXPECT_EQ(chain_id(lower, upper).str(),
              "sha256:a893da35bd22286079f2f3931516d3423eb9b4945f2379e0f8a501ec3d665dd6");
}

}  // namespace
}  // namespace minidock::image
