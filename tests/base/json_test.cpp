#include "minidock/base/json.hpp"

#include <gtest/gtest.h>

#include "minidock/base/error.hpp"

namespace minidock {
namespace {

const Json document = Json::parse(R"({
    "process": {"args": ["sh", 3], "cwd": "/", "terminal": true, "user": {"uid": 5000000000}},
    "nothing": null, "small": -4
})");

template <class Read>
std::string complaint(Read read) {
    try {
        read(JsonReader{document});
    } catch (const BadParameter& error) {
        return error.what();
    }
    return "no complaint";
}

TEST(JsonReader, ReadsWhatIsThere) {
    const JsonReader process = JsonReader{document}.at("process");
    EXPECT_EQ(process.at("cwd").string(), "/");
    EXPECT_TRUE(process.boolean_or("terminal", false));
    EXPECT_EQ(JsonReader{document}.at("small").integer(), -4);
}

TEST(JsonReader, NullIsMissing) {
    EXPECT_FALSE(JsonReader{document}.find("nothing").has_value());
    EXPECT_EQ(JsonReader{document}.string_or("nothing", "fallback"), "fallback");
}

TEST(JsonReader, NamesThePlaceOfTheFault) {
    EXPECT_EQ(complaint([](const JsonReader& r) { (void)r.at("process").at("args").strings(); }),
              "process.args[1]: want a string");
    EXPECT_EQ(complaint([](const JsonReader& r) { (void)r.at("process").at("env"); }),
              "process.env: must be set");
    EXPECT_EQ(complaint([](const JsonReader& r) { (void)r.at("process").at("cwd").find("x"); }),
              "process.cwd: want an object");
    EXPECT_EQ(complaint([](const JsonReader& r) {
                  (void)r.at("process").at("user").at("uid").natural32();
              }),
              "process.user.uid: the number is too large");
    EXPECT_EQ(complaint([](const JsonReader& r) { (void)r.at("small").natural(); }),
              "small: must not be negative");
}

TEST(ParseJson, NamesTheDocument) {
    try {
        parse_json("{\"a\": ", "config.json");
        FAIL() << "half a document must be refused";
    } catch (const BadParameter& error) {
        EXPECT_EQ(std::string{error.what()}.rfind("config.json is not valid JSON", 0), 0U)
            << error.what();
    }
}

TEST(ParseJson, RefusesNumbersThatNoTypeHolds) {
    EXPECT_THROW(parse_json("[1e2622]", "body"), BadParameter);
}

TEST(ParseJson, RefusesWhatLiesTooDeepToWalkThrough) {
    const auto nested = [](std::size_t levels) {
        return std::string(levels, '[') + std::string(levels, ']');
    };
    EXPECT_NO_THROW(parse_json(nested(500), "body"));
    EXPECT_THROW(parse_json(nested(501), "body"), BadParameter);
    // Brackets in a string are text.
    EXPECT_NO_THROW(parse_json("\"\\\"" + std::string(600, '[') + "\"", "body"));
}

}  // namespace
}  // namespace minidock
