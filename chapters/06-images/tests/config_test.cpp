#include "minidock/image/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chapters/06-images/tests/complaint.hpp"

namespace minidock::image {
namespace {

using test::complaint;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

const std::string one = digest_of("one").str();
const std::string two = digest_of("two").str();

TEST(ImageConfigs, SayHowToRunTheImage) {
    const ImageConfig config = parse_config(R"({
        "created":"2024-05-01T12:00:00Z","architecture":"amd64","os":"linux",
        "config":{"User":"www","Env":["A=b"],"Cmd":["sh"],"Entrypoint":null,
                  "ExposedPorts":{"80/tcp":{}},"Labels":{"k":"v"},"StopSignal":"SIGINT"},
        "rootfs":{"type":"layers","diff_ids":[")" +
                                                one + "\",\"" + two + R"("]},
        "history":[{"created_by":"a"},{"created_by":"b","empty_layer":true}]})",
                                            "config");
    EXPECT_EQ(config.config.user, "www");
    EXPECT_THAT(config.config.env, ElementsAre("A=b"));
    EXPECT_THAT(config.config.cmd, Optional(ElementsAre("sh")));
    EXPECT_EQ(config.config.entrypoint, std::nullopt);
    EXPECT_THAT(config.config.exposed_ports, ElementsAre("80/tcp"));
    EXPECT_EQ(config.config.labels.at("k"), "v");
    EXPECT_TRUE(config.history[1].empty_layer);
    EXPECT_THAT(config.chain_ids(),
                ElementsAre(digest_of("one"), chain_id(digest_of("one"), digest_of("two"))));
}

TEST(ImageConfigs, ComeBackFromTheirTextAsTheyWere) {
    ImageConfig config;
    config.created = from_rfc3339("2024-05-01T12:00:00.5Z");
    config.platform = {"linux", "arm", "v7"};
    config.config.cmd = {{"a", "b"}};
    config.config.volumes = {"/data"};
    config.diff_ids = {digest_of("one")};
    config.history = {{.created = config.created, .comment = "made"}};
    EXPECT_EQ(to_json(parse_config(to_json(config), "config")), to_json(config));
}

TEST(ImageConfigs, OfWrongTypesAreRefused) {
    EXPECT_THAT(complaint([] { (void)parse_config(R"({"rootfs":{"diff_ids":[5]}})", "config x"); }),
                HasSubstr("config x: rootfs.diff_ids[0]: want a string"));
    EXPECT_THAT(complaint([] {
                    (void)parse_config(R"({"rootfs":{"diff_ids":[]},"config":{"Env":"A=b"}})", "x");
                }),
                HasSubstr("config.Env: want a list"));
    EXPECT_THAT(complaint([] { (void)parse_config(R"({})", "x"); }), HasSubstr("rootfs"));
}

}  // namespace
}  // namespace minidock::image
