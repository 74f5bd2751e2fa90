// Pushes into a registry that writes down what it is sent.
#include "minidock/registry/push.hpp"

#include <set>

#include "chapters/07-registries/tests/scratch_pull.hpp"
#include "minidock/registry/url.hpp"

namespace minidock::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

const std::string layer = TarBuilder{}.file("greeting", "hello").str();

class Push : public ScratchPull {
  protected:
    Push() { load(docker_archive({layer}, {"app"})); }

    /// The half of a registry that takes images in.
    std::optional<std::string> take(const Asked& asked) {
        const std::lock_guard lock{mutex_};
        if (asked.method == "HEAD") {
            const std::string digest = asked.target.substr(asked.target.rfind('/') + 1);
            return answer(has_.contains(digest) ? "200 OK" : "404 Not Found", "");
        }
        if (asked.method == "POST") {
            const std::size_t from = asked.target.find("from=");
            if (from != std::string::npos && asked.target.substr(from + 5) == mountable_)
                return answer("201 Created", "");
            return answer("202 Accepted", "", "Location: /v2/app/blobs/uploads/1?state=x\r\n");
        }
        if (asked.method != "PUT") return std::nullopt;
        if (fail_first_ > 0) {
            --fail_first_;
            return answer("503 Service Unavailable", "");
        }
        bodies_.push_back(asked.body);
        return answer("201 Created", "");
    }
    registry::Pushed push(const std::string& name) {
        store_->tag("app", image::Reference::parse(name));
        return registry::push(*store_, settings_, image::Reference::parse(name), {},
                              [&](const registry::Step& step) { steps_.push_back(step.status); });
    }

    std::mutex mutex_;
    std::set<std::string> has_;
    std::string mountable_;
    int fail_first_ = 0;
    std::vector<std::string> bodies_;
    FakeRegistry registry_{[this](const Asked& asked) { return take(asked); }};
    const std::string name_ = registry_.host() + "/team/app:2";
};

TEST_F(Push, SendsLayersThenConfigThenManifest) {
    const registry::Pushed pushed = push(name_);
    ASSERT_EQ(bodies_.size(), 3U);
    EXPECT_EQ(bodies_[0], layer);
    EXPECT_EQ(bodies_[1], image_config({layer}));
    EXPECT_EQ(image::digest_of(bodies_[2]), pushed.digest);
    EXPECT_EQ(bodies_[2].size(), pushed.size);
    EXPECT_EQ(registry_.asked().back().target, "/v2/team/app/manifests/2");
    EXPECT_EQ(registry_.asked().back().field("content-type"),
              "application/vnd.oci.image.manifest.v1+json");
    EXPECT_THAT(store_->get("app").repo_digests(),
                Contains(registry_.host() + "/team/app@" + pushed.digest.str()));
}

TEST_F(Push, DoesNotSendWhatIsThere) {
    has_ = {image::digest_of(layer).str(), image_id({layer})};
    push(name_);
    EXPECT_EQ(bodies_.size(), 1U);
    EXPECT_THAT(steps_, Contains("Layer already exists"));
}

TEST_F(Push, TakesALayerOverFromAnotherRepository) {
    push(name_);
    bodies_.clear();
    mountable_ = registry::escape("team/app");
    push(registry_.host() + "/other:1");
    EXPECT_EQ(bodies_.size(), 2U) << "config and manifest";
    EXPECT_THAT(steps_, Contains("Mounted from team/app"));
}

TEST_F(Push, SendsItsOwnWhereNothingCanBeTakenOver) {
    push(name_);
    bodies_.clear();
    push(registry_.host() + "/other:1");
    EXPECT_EQ(bodies_.size(), 3U);
}

TEST_F(Push, TriesAgainFromTheStart) {
    fail_first_ = 2;
    push(name_);
    EXPECT_EQ(bodies_.at(0), layer);
}

TEST_F(Push, OfWhatIsNotHereAsksNobody) {
    EXPECT_THROW(registry::push(*store_, settings_,
                                image::Reference::parse(registry_.host() + "/no:1"), {}, {}),
                 NotFound);
    EXPECT_TRUE(registry_.asked().empty());
}

TEST_F(Push, OfARefusedBlobFails) {
    FakeRegistry closed{[](const Asked& asked) -> std::optional<std::string> {
        if (asked.target == "/v2/") return std::nullopt;
        if (asked.method == "HEAD") return answer("404 Not Found", "");
        return answer("403 Forbidden",
                      R"({"errors":[{"code":"DENIED","message":"requested access denied"}]})");
    }};
    try {
        push(closed.host() + "/app:1");
        FAIL() << "it was pushed";
    } catch (const RequestError& error) {
        EXPECT_THAT(error.what(), HasSubstr("denied: requested access denied"));
    }
}

}  // namespace
}  // namespace minidock::test
