#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/base/error.hpp"
#include "minidock/http/query.hpp"

namespace minidock::http {
namespace {

using testing::ElementsAre;

TEST(PercentEscapes, DecodeToBytes) {
    EXPECT_EQ(percent_decode("a%2Fb%20c%c3%a9"), "a/b c\xc3\xa9");
}

TEST(PercentEscapes, AStrayPercentStandsForItself) {
    EXPECT_EQ(percent_decode("100%"), "100%");
    EXPECT_EQ(percent_decode("%zz%4"), "%zz%4");
}

TEST(PercentEscapes, EncodingAndDecodingGiveTheSame) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte)
        all += static_cast<char>(byte);
    EXPECT_EQ(percent_decode(percent_encode(all)), all);
    EXPECT_EQ(percent_encode("a b/c", "/"), "a%20b/c");
}

TEST(Query, KeepsNamesAndValuesInOrder) {
    const Query query{"names=a&all=1&names=b+c&empty=&bare"};
    EXPECT_THAT(query.all("names"), ElementsAre("a", "b c"));
    EXPECT_EQ(query.get("empty"), "");
    EXPECT_EQ(query.get("bare"), "");
    EXPECT_EQ(query.get("none"), std::nullopt);
    EXPECT_EQ(query.text("empty", "otherwise"), "otherwise");
}

TEST(Query, ReadsBooleansAsDockerDoes) {
    const Query query{"a=1&b=true&c=0&d=false&e=&f=None&g=NO&h=t"};
    for (const char* name : {"a", "b", "h"})
        EXPECT_TRUE(query.flag(name)) << name;
    for (const char* name : {"c", "d", "e", "f", "g"})
        EXPECT_FALSE(query.flag(name)) << name;
    EXPECT_FALSE(query.flag("none"));
    EXPECT_TRUE(query.flag("none", true));
}

TEST(Query, ANumberThatIsNoneNamesItsParameter) {
    const Query query{"t=-1&h=40x&big=99999999999999999999"};
    EXPECT_EQ(query.integer("t"), -1);
    EXPECT_EQ(query.integer("none"), std::nullopt);
    try {
        static_cast<void>(query.integer("h"));
        FAIL() << "40x was taken for a number";
    } catch (const BadParameter& error) {
        EXPECT_STREQ(error.what(), "parameter h: not a number: 40x");
    }
    EXPECT_THROW(static_cast<void>(query.integer("big")), BadParameter);
}

TEST(Filters, ComeInBothOfDockersForms) {
    for (const char* json :
         {R"({"label":["a=b"],"status":["running","exited"]})",
          R"({"label":{"a=b":true},"status":{"running":true,"exited":true,"dead":false}})"}) {
        const Query query{std::string{"filters="} + percent_encode(json)};
        const Filters filters = query.filters();
        EXPECT_THAT(filters.values("label"), ElementsAre("a=b"));
        EXPECT_THAT(filters.values("status"), testing::UnorderedElementsAre("running", "exited"));
        EXPECT_TRUE(filters.matches("status", "exited"));
        EXPECT_FALSE(filters.matches("status", "dead"));
        EXPECT_TRUE(filters.matches("name", "anything"));
    }
}

TEST(Filters, NoneAreGivenByNothing) {
    EXPECT_FALSE(Query{""}.filters().has("label"));
    EXPECT_FALSE(Query{"filters="}.filters().has("label"));
    EXPECT_FALSE(Query{"filters=%7B%7D"}.filters().has("label"));
}

TEST(Filters, WhatIsNoFilterIsABadParameter) {
    for (const char* json : {"[]", "{", "\"x\"", R"({"label":3})", R"({"label":[3]})"})
        EXPECT_THROW(Filters::parse(json), BadParameter) << json;
}

TEST(Filters, AnUnknownOneIsNamed) {
    const Filters filters = Filters::parse(R"({"colour":["red"]})");
    filters.allow_only({"colour", "label"});
    try {
        filters.allow_only({"label"});
        FAIL() << "colour was let through";
    } catch (const BadParameter& error) {
        EXPECT_STREQ(error.what(), "invalid filter 'colour'");
    }
}

}  // namespace
}  // namespace minidock::http
