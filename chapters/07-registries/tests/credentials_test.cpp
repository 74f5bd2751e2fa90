#include "minidock/registry/credentials.hpp"

#include <gtest/gtest.h>

#include "minidock/base/base64.hpp"
#include "minidock/base/error.hpp"

namespace minidock::registry {
namespace {

TEST(Base64, IsThatOfRfc4648) {
    const std::pair<const char*, const char*> vectors[]{{"", ""},
                                                        {"f", "Zg=="},
                                                        {"fo", "Zm8="},
                                                        {"foo", "Zm9v"},
                                                        {"foob", "Zm9vYg=="},
                                                        {"fooba", "Zm9vYmE="},
                                                        {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(to_base64(bytes), text);
        EXPECT_EQ(from_base64(text), bytes);
    }
}

TEST(Base64, IsReadInBothAlphabetsWithAndWithoutPadding) {
    EXPECT_EQ(from_base64("--__"), from_base64("++//"));
    EXPECT_EQ(from_base64("Zg"), "f");
    EXPECT_FALSE(from_base64("Zm9v!"));
    EXPECT_FALSE(from_base64("Z"));
}

TEST(Credentials, ComeInAHeader) {
    const std::string json = R"({"username":"ann","password":"s:3","serveraddress":"x"})";
    const Credentials credentials = credentials_of_header(to_base64(json));
    EXPECT_EQ(credentials.user, "ann");
    EXPECT_EQ(credentials.password, "s:3");
    EXPECT_EQ(credentials.basic(), "Basic " + to_base64("ann:s:3"));
}

TEST(Credentials, MayBeNobodys) {
    for (const std::string& header : {std::string{}, to_base64("{}"), to_base64("null")})
        EXPECT_TRUE(credentials_of_header(header).empty()) << header;
}

TEST(Credentials, MayBeBothInOne) {
    EXPECT_EQ(parse_credentials(R"({"auth":")" + to_base64("ann:a:b") + R"("})"),
              (Credentials{.user = "ann", .password = "a:b"}));
}

TEST(Credentials, ThatAreMalformedAreRefused) {
    EXPECT_THROW(credentials_of_header("!!"), BadParameter);
    EXPECT_THROW(credentials_of_header(to_base64("{")), BadParameter);
    EXPECT_THROW(credentials_of_header(to_base64(R"({"username":1})")), BadParameter);
}

}  // namespace
}  // namespace minidock::registry
