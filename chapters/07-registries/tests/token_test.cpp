// Registries that want a token, and servers that give it.
#include <atomic>
#include <nlohmann/json.hpp>

#include "chapters/07-registries/tests/scratch_pull.hpp"
#include "minidock/base/base64.hpp"
#include "minidock/registry/enquiries.hpp"
#include "minidock/registry/session.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

const std::string layer = TarBuilder{}.file("greeting", "hello").str();

class Tokens : public ScratchPull {
  protected:
    /// A registry that takes the token "t-1" only, and sends others to the token server.
    std::optional<std::string> guard(const Asked& asked) const {
        if (asked.field("authorization") == "Bearer " + valid_) return std::nullopt;
        return answer("401 Unauthorized", R"({"errors":[{"code":"UNAUTHORIZED"}]})",
                      "WWW-Authenticate: Bearer realm=\"" + server_.url() +
                          "/token\",service=\"the registry\"\r\n");
    }
    std::string give(const Asked& asked) {
        requests_.push_back(asked);
        if (refuse_) return answer("401 Unauthorized", "{}");
        return answer("200 OK", nlohmann::json{{token_field_, given_}}.dump());
    }

    std::string valid_ = "t-1";
    std::string given_ = "t-1";
    std::string token_field_ = "token";
    bool refuse_ = false;
    std::vector<Asked> requests_;
    FakeRegistry server_{[this](const Asked& asked) { return give(asked); }};
    FakeRegistry registry_{[this](const Asked& asked) { return guard(asked); }};
    const registry::PullOptions ann_{.credentials = {.user = "ann", .password = "pass word"}};
};

TEST_F(Tokens, AreAskedForWithServiceScopeAndCredentials) {
    registry_.add_image("1", layer);
    pull(registry_, "app:1", ann_);
    EXPECT_EQ(pulled_file(registry_, "greeting"), "hello");
    ASSERT_EQ(requests_.size(), 1U) << "a token is asked for once";
    EXPECT_EQ(requests_[0].target,
              "/token?service=the%20registry&scope=repository%3Aapp%3Apull&account=ann");
    EXPECT_EQ(requests_[0].field("authorization"), "Basic " + to_base64("ann:pass word"));
}

TEST_F(Tokens, MayBeGivenToNobodyInParticular) {
    registry_.add_image("1", layer);
    token_field_ = "access_token";
    pull(registry_);
    EXPECT_EQ(requests_.at(0).field("authorization"), "");
}

TEST_F(Tokens, AreFetchedAnewWhenTheyAreTooOld) {
    registry_.add_image("1", layer);
    pull(registry_, "app:1", ann_);
    registry::Session session{registry::endpoint_of(registry_.host(), settings_), ann_.credentials,
                              settings_};
    session.open();
    const std::vector<std::string> scopes{"repository:app:pull"};
    session.send({.url = session.url("app/manifests/1")}, scopes);
    valid_ = given_ = "t-2";
    session.send({.url = session.url("app/manifests/1")}, scopes);
    EXPECT_EQ(requests_.size(), 3U);
}

TEST_F(Tokens, ComeForAnIdentityTokenByPost) {
    registry_.add_image("1", layer);
    pull(registry_, "app:1", {.credentials = {.identity_token = "id&token"}});
    ASSERT_EQ(requests_.size(), 1U);
    EXPECT_EQ(requests_[0].method, "POST");
    EXPECT_EQ(requests_[0].body,
              "grant_type=refresh_token&refresh_token=id%26token&service=the%20registry&"
              "scope=repository%3Aapp%3Apull&client_id=minidock");
}

TEST_F(Tokens, MayBeBroughtAlong) {
    registry_.add_image("1", layer);
    pull(registry_, "app:1", {.credentials = {.registry_token = "t-1"}});
    EXPECT_TRUE(requests_.empty());
}

TEST_F(Tokens, ThatAreNotGivenAreARefusal) {
    registry_.add_image("1", layer);
    refuse_ = true;
    EXPECT_THAT(refusal_of_pull(registry_, "app:1", ann_),
                HasSubstr("pull access denied for " + registry_.host() + "/app"));
    EXPECT_THROW(registry::log_in(settings_, registry_.host(), ann_.credentials),
                 registry::Refused);
    refuse_ = false;
    registry::log_in(settings_, registry_.host(), ann_.credentials);
}

TEST_F(Tokens, ThatWouldBreakAHeaderAreRefused) {
    registry_.add_image("1", layer);
    given_ = "t\r\nX-Evil: 1";
    EXPECT_THAT(refusal_of_pull(registry_), HasSubstr("gives no token"));
}

TEST_F(Tokens, OfTheHubAreNotSoughtInTheClear) {
    settings_.insecure_registries = {};
    FakeRegistry registry{[](const Asked&) {
        return answer("401 Unauthorized", "",
                      "WWW-Authenticate: Bearer realm=\"http://auth.example.com/token\"\r\n");
    }};
    registry::Endpoint endpoint = registry::endpoint_of(registry.host(), settings_);
    endpoint.url = registry.url();
    endpoint.insecure = false;
    registry::Session session{endpoint, ann_.credentials, settings_};
    session.open();
    try {
        session.log_in();
        FAIL() << "credentials were sent";
    } catch (const registry::Refused& refusal) {
        EXPECT_THAT(refusal.what(), HasSubstr("over plain HTTP"));
    }
}

}  // namespace
}  // namespace minidock::test
