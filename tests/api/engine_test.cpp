// The API's core over a real socket: versions, errors as statuses, system routes, and what this
// edition lacks.
#include "minidock/api/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "minidock/base/error.hpp"
#include "minidock/http/client.hpp"
#include "tests/support/scratch_server.hpp"

namespace minidock::api {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

/// An extension whose routes fail in every way there is.
class Things : public Extension {
  public:
    void add_routes(http::Router& router) override {
        router.add("GET", "/things/{name...}/json", [](http::Exchange& exchange) {
            exchange.send(http::Response::json({{"Name", exchange.parameter("name")},
                                                {"Version", exchange.parameter("version")}}));
        });
        router.add("POST", "/things/fail/{how}", [](http::Exchange& exchange) {
            const std::string& how = exchange.parameter("how");
            if (how == "missing") throw NotFound("No such thing: x");
            if (how == "taken") throw Conflict("the name x is in use");
            if (how == "wrong") throw BadParameter("t: not a number: x");
            if (how == "unsupported") throw Unsupported("no overlayfs");
            if (how == "kernel") throw SystemError("mount x", ENODEV);
            if (how == "body") exchange.read_json();
            exchange.send(http::Response::empty());
        });
        router.add("POST", "/things/late", [](http::Exchange& exchange) {
            exchange.start_stream(200, "application/json");
            throw NotFound("too late to say");
        });
    }
    void describe(json& info) const override { info["Images"] = 7; }
};

struct Answer {
    int status = 0;
    http::Headers headers;
    std::string body;
    [[nodiscard]] json parsed() const { return json::parse(body); }
    [[nodiscard]] std::string message() const { return parsed().at("message"); }
};

class EngineTest : public testing::Test {
  protected:
    Answer ask(const std::string& method, const std::string& target, const std::string& body = "") {
        http::ClientConnection connection{connect_unix(server.path())};
        connection.send(method, target, body);
        const auto& head = connection.read_head();
        return {head.status, head.headers, connection.read_body()};
    }

    Things things;
    Engine engine{{.data_root = "/var/lib/somewhere", .runtime = "/usr/bin/minirun", .id = "me"}};
    bool added = (engine.add(things), true);
    test::ScratchServer server{[this](http::Exchange& exchange) { engine.handle(exchange); }};
};

TEST_F(EngineTest, APingTellsWhatTheClientMustKnowBeforeItAsks) {
    const Answer answer = ask("GET", "/_ping");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "OK");
    EXPECT_EQ(answer.headers.get("Api-Version"), "1.47");
    EXPECT_EQ(answer.headers.get("Builder-Version"), "1");
    EXPECT_EQ(answer.headers.get("Docker-Experimental"), "false");
    EXPECT_EQ(answer.headers.get("Ostype"), "linux");
    EXPECT_THAT(std::string{answer.headers.get("Cache-Control")}, HasSubstr("no-cache"));
    EXPECT_THAT(std::string{answer.headers.get("Server")}, StartsWith("minidock/"));
}

TEST_F(EngineTest, APingByHeadHasTheSameFieldsAndNoBody) {
    const Answer answer = ask("HEAD", "/_ping");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.get("Api-Version"), "1.47");
    EXPECT_EQ(answer.body, "");
}

TEST_F(EngineTest, APathComesWithAndWithoutAVersion) {
    for (const char* prefix : {"", "/v1.24", "/v1.40", "/v1.47"}) {
        const Answer answer = ask("GET", std::string{prefix} + "/things/a/b/json");
        EXPECT_EQ(answer.status, 200) << prefix;
        EXPECT_EQ(answer.parsed()["Name"], "a/b");
    }
    EXPECT_EQ(ask("GET", "/v1.40/things/a/json").parsed()["Version"], "1.40");
    EXPECT_EQ(ask("GET", "/things/a/json").parsed()["Version"], "1.47");
}

TEST_F(EngineTest, AVersionOutsideTheRangeIsRefusedInDockersWords) {
    const Answer young = ask("GET", "/v1.99/info");
    EXPECT_EQ(young.status, 400);
    EXPECT_EQ(young.message(),
              "client version 1.99 is too new. Maximum supported API version is 1.47");
    const Answer old = ask("GET", "/v1.23/info");
    EXPECT_EQ(old.status, 400);
    EXPECT_EQ(old.message(),
              "client version 1.23 is too old. Minimum supported API version is 1.24, please "
              "upgrade your client to a newer version");
}

TEST_F(EngineTest, WhatOnlyLooksLikeAVersionIsAPath) {
    for (const char* path : {"/v1", "/version1", "/v1.x/info", "/v/info", "/v1.47.1/info"})
        EXPECT_EQ(ask("GET", path).status, 404) << path;
}

TEST_F(EngineTest, AnErrorsTypeIsItsStatusAndItsWordsAreTheMessage) {
    const std::vector<std::tuple<std::string, int, std::string>> cases{
        {"missing", 404, "No such thing: x"},
        {"taken", 409, "the name x is in use"},
        {"wrong", 400, "t: not a number: x"},
        {"unsupported", 501, "no overlayfs"},
        {"kernel", 500, "mount x: No such device"}};
    for (const auto& [how, status, message] : cases) {
        const Answer answer = ask("POST", "/things/fail/" + how);
        EXPECT_EQ(answer.status, status) << how;
        EXPECT_EQ(answer.message(), message);
        EXPECT_EQ(answer.headers.get("Content-Type"), "application/json");
    }
}

TEST_F(EngineTest, ABodyThatIsNoJsonIs400) {
    const Answer answer = ask("POST", "/things/fail/body", "{\"a\":");
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.message(), HasSubstr("not valid JSON"));
    EXPECT_EQ(ask("POST", "/things/fail/body", "{}").status, 204);
}

TEST_F(EngineTest, AnErrorInAStreamCutsItShort) {
    http::ClientConnection connection{connect_unix(server.path())};
    connection.send("POST", "/things/late");
    EXPECT_EQ(connection.read_head().status, 200);
    EXPECT_THROW(connection.read_body(), http::ServerGone);
}

TEST_F(EngineTest, WhatThisEditionLacksIsToldFromWhatNeverWas) {
    const Answer build = ask("POST", "/v1.43/build?t=x");
    EXPECT_EQ(build.status, 404);
    EXPECT_EQ(build.message(), "this edition does not serve POST /build yet");
    EXPECT_EQ(ask("GET", "/images/a/b/history").message(),
              "this edition does not serve GET /images/a/b/history yet");
    const Answer nothing = ask("GET", "/nothing");
    EXPECT_EQ(nothing.status, 404);
    EXPECT_EQ(nothing.message(), "page not found");
    EXPECT_EQ(ask("GET", "/containers/a/nothing").message(), "page not found");
}

TEST_F(EngineTest, AKnownPathWithAWrongMethodIs405) {
    EXPECT_EQ(ask("PUT", "/_ping").status, 405);
}

TEST_F(EngineTest, VersionTellsTheRangeAndTheMachine) {
    const json version = ask("GET", "/version").parsed();
    EXPECT_EQ(version["ApiVersion"], "1.47");
    EXPECT_EQ(version["MinAPIVersion"], "1.24");
    EXPECT_EQ(version["Os"], "linux");
    EXPECT_EQ(version["Components"][0]["Name"], "Engine");
    EXPECT_EQ(version["Components"][1]["Name"], "minirun");
}

TEST_F(EngineTest, InfoTellsTheMachineAndWhatExtensionsKnow) {
    const json info = ask("GET", "/info").parsed();
    EXPECT_EQ(info["Images"], 7);
    EXPECT_EQ(info["Containers"], 0);
    EXPECT_EQ(info["ID"], "me");
    EXPECT_EQ(info["DockerRootDir"], "/var/lib/somewhere");
    EXPECT_GT(info["NCPU"].get<int>(), 0);
    EXPECT_GT(info["MemTotal"].get<std::int64_t>(), std::int64_t{1} << 20);
    EXPECT_EQ(info["DefaultRuntime"], "minirun");
    EXPECT_EQ(info["Runtimes"]["minirun"]["path"], "/usr/bin/minirun");
    EXPECT_TRUE(info["Warnings"].is_array());
}

}  // namespace
}  // namespace minidock::api
