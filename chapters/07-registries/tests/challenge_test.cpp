#include "minidock/registry/challenge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace minidock::registry {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Challenges, NameASchemeAndItsParameters) {
    const auto challenges = parse_challenges(
        R"(Bearer realm="https://auth.example.com/token",service="r",scope="repository:a/b:pull,push")");
    ASSERT_EQ(challenges.size(), 1U);
    EXPECT_EQ(challenges[0].scheme, "bearer");
    EXPECT_EQ(challenges[0].parameter("realm"), "https://auth.example.com/token");
    EXPECT_EQ(challenges[0].parameter("scope"), "repository:a/b:pull,push");
    EXPECT_EQ(challenges[0].parameter("error"), "");
}

TEST(Challenges, MayBeSeveralInOneField) {
    EXPECT_THAT(parse_challenges(R"(Basic realm="a, b", Bearer realm=x , service="y")"),
                ElementsAre(Challenge{"basic", {{"realm", "a, b"}}},
                            Challenge{"bearer", {{"realm", "x"}, {"service", "y"}}}));
    EXPECT_THAT(parse_challenges("Negotiate, Basic realm=a"),
                ElementsAre(Challenge{"negotiate", {}}, Challenge{"basic", {{"realm", "a"}}}));
}

TEST(Challenges, AreReadWhateverTheCaseAndTheSpaces) {
    EXPECT_THAT(parse_challenges(R"(BEARER  Realm = "x" ,SERVICE=y)"),
                ElementsAre(Challenge{"bearer", {{"realm", "x"}, {"service", "y"}}}));
}

TEST(Challenges, HaveQuotesWithinQuotes) {
    EXPECT_THAT(parse_challenges(R"(Basic realm="a \"b\" \\ c")"),
                ElementsAre(Challenge{"basic", {{"realm", R"(a "b" \ c)"}}}));
}

TEST(Challenges, ThatAreMalformedEndTheField) {
    EXPECT_THAT(parse_challenges(""), IsEmpty());
    EXPECT_THAT(parse_challenges("=a"), IsEmpty());
    EXPECT_THAT(parse_challenges(R"(Basic realm="never ends)"),
                ElementsAre(Challenge{"basic", {{"realm", "never ends"}}}));
    EXPECT_THAT(parse_challenges("Basic \"x\", Bearer y=z"), ElementsAre(Challenge{"basic", {}}));
}

}  // namespace
}  // namespace minidock::registry
