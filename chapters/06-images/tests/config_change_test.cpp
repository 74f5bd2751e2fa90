#include "minidock/image/config_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/base/error.hpp"

namespace minidock::image {
namespace {

/// An empty config after some instructions.
Json changed(const std::vector<std::string>& instructions) {
    Json config = Json::object();
    for (const std::string& instruction : instructions)
        change_config(config, instruction);
    return config;
}

TEST(ConfigChanges, SetCommandsInBothForms) {
    EXPECT_EQ(changed({R"(CMD ["echo","a b"])"})["Cmd"], Json({"echo", "a b"}));
    EXPECT_EQ(changed({"cmd echo a b"})["Cmd"], Json({"/bin/sh", "-c", "echo a b"}));
    const Json both = changed({"CMD x", R"(ENTRYPOINT ["y"])"});
    EXPECT_EQ(both["Entrypoint"], Json({"y"}));
    EXPECT_TRUE(both["Cmd"].is_null()) << "it was meant for another program";
}

TEST(ConfigChanges, SetVariablesAndLabels) {
    const Json config = changed(
        {"ENV A=1 B=\"2 3\" C=x\\ y", "ENV A=4", "ENV D some text", "LABEL a.b='c d' e=\"f\""});
    EXPECT_EQ(config["Env"], Json({"A=4", "B=2 3", "C=x y", "D=some text"}));
    EXPECT_EQ(config["Labels"], Json({{"a.b", "c d"}, {"e", "f"}}));
}

TEST(ConfigChanges, AddPortsAndVolumes) {
    const Json config = changed({"EXPOSE 80 53/udp", R"(VOLUME ["/a","/b"])", "VOLUME /c"});
    EXPECT_EQ(config["ExposedPorts"].dump(), R"({"53/udp":{},"80/tcp":{}})");
    EXPECT_EQ(config["Volumes"].dump(), R"({"/a":{},"/b":{},"/c":{}})");
}

TEST(ConfigChanges, SetWhereAndAsWhomToRun) {
    const Json config = changed(
        {"WORKDIR /srv", "WORKDIR app/../www", "USER 1:2", "STOPSIGNAL SIGINT", "ONBUILD RUN x"});
    EXPECT_EQ(config["WorkingDir"], "/srv/www");
    EXPECT_EQ(config["User"], "1:2");
    EXPECT_EQ(config["StopSignal"], "SIGINT");
    EXPECT_EQ(config["OnBuild"], Json({"RUN x"}));
}

TEST(ConfigChanges, ThatAreNoneAreRefused) {
    for (const char* wrong : {"", "CMD", "RUN x", "COPY a b", "ENV A", "LABEL =x"}) {
        EXPECT_THROW(changed({wrong}), BadParameter) << wrong;
    }
}

}  // namespace
}  // namespace minidock::image
