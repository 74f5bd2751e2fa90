#include <gtest/gtest.h>

#include "minidock/base/error.hpp"
#include "minidock/http/router.hpp"

namespace minidock::http {
namespace {

Request request(std::string method, std::string path) {
    Request made;
    made.method = std::move(method);
    made.path = std::move(path);
    return made;
}

class RouterTest : public testing::Test {
  protected:
    void add(const std::string& method, const std::string& pattern) {
        router.add(method, pattern, nullptr);
    }
    Router router;
};

TEST_F(RouterTest, FillsInAPlaceholder) {
    add("POST", "/containers/{id}/start");
    auto asked = request("POST", "/containers/web%20one/start");
    router.find(asked);
    EXPECT_EQ(asked.parameter("id"), "web one");
}

TEST_F(RouterTest, ANameOfSeveralSegmentsIsOneParameter) {
    add("GET", "/images/{name...}/json");
    for (const auto& [path, name] : std::vector<std::pair<std::string, std::string>>{
             {"/images/busybox/json", "busybox"},
             {"/images/localhost:5000/a/b:1/json", "localhost:5000/a/b:1"},
             {"/images/library%2Fdebian/json", "library/debian"},
             {"/images/json/json", "json"}}) {
        auto asked = request("GET", path);
        router.find(asked);
        EXPECT_EQ(asked.parameter("name"), name) << path;
    }
}

TEST_F(RouterTest, ALiteralWinsOverAPlaceholderWhateverCameFirst) {
    add("GET", "/images/{name...}/json");
    add("GET", "/images/{name...}");
    add("GET", "/images/json");
    auto list = request("GET", "/images/json");
    router.find(list);
    EXPECT_FALSE(list.parameters.contains("name"));
    auto one = request("GET", "/images/a/json");
    router.find(one);
    EXPECT_EQ(one.parameter("name"), "a");
}

TEST_F(RouterTest, AnEmptySegmentIsNoName) {
    add("GET", "/containers/{id}/json");
    auto asked = request("GET", "/containers//json");
    EXPECT_THROW(router.find(asked), NotFound);
}

TEST_F(RouterTest, ATrailingSlashChangesNothing) {
    add("GET", "/info");
    auto asked = request("GET", "/info/");
    EXPECT_NO_THROW(router.find(asked));
}

TEST_F(RouterTest, AnUnknownPathIsNotFoundInDockersWords) {
    add("GET", "/info");
    auto asked = request("GET", "/infos");
    try {
        router.find(asked);
        FAIL() << "/infos was found";
    } catch (const NotFound& error) {
        EXPECT_STREQ(error.what(), "page not found");
    }
}

TEST_F(RouterTest, AKnownPathWithAnotherMethodIs405) {
    add("GET", "/info");
    auto asked = request("DELETE", "/info");
    try {
        router.find(asked);
        FAIL() << "DELETE was found";
    } catch (const StatusError& error) {
        EXPECT_EQ(error.status(), 405);
    }
}

TEST_F(RouterTest, TwoHandlersForOneRouteAreAMistake) {
    add("GET", "/info");
    EXPECT_THROW(router.add("GET", "/info", nullptr), std::logic_error);
}

}  // namespace
}  // namespace minidock::http
