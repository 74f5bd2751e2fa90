// Pulls from registries that break, lie, or are none.
#include <fmt/format.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <random>

#include "chapters/07-registries/tests/scratch_pull.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

class BrokenRegistry : public ScratchPull {
  protected:
    static bool is_layer(const Asked& asked) {
        return asked.target.ends_with(image::digest_of(layer()).str());
    }
    /// Large enough to come in several pieces.
    static const std::string& layer() {
        static const std::string made =
            TarBuilder{}.file("greeting", "hello").file("big", std::string(300'000, 'x')).str();
        return made;
    }
};

TEST_F(BrokenRegistry, IsResumedWhereItBroke) {
    std::mt19937 random{7};  // NOLINT: the same each time
    std::atomic<int> cuts = 0;
    FakeRegistry registry{[&](const Asked& asked) -> std::optional<std::string> {
        if (!is_layer(asked) || cuts >= 12) return std::nullopt;
        ++cuts;
        const std::string range = asked.field("range");
        const std::size_t start = range.empty() ? 0 : std::stoul(range.substr(range.find('=') + 1));
        const std::string rest = layer().substr(start);
        std::string all = range.empty()
                              ? answer("200 OK", rest)
                              : answer("206 Partial Content", rest,
                                       fmt::format("Content-Range: bytes {}-{}/{}\r\n", start,
                                                   layer().size() - 1, layer().size()));
        all.resize(std::min<std::size_t>(all.size() - 1, 200 + random() % 20'000));
        return all;
    }};
    registry.add_image("1", layer());
    pull(registry);
    EXPECT_EQ(cuts, 12);
    EXPECT_EQ(pulled_file(registry, "greeting"), "hello");
    const std::vector<Asked> asked = registry.asked();
    EXPECT_THAT(asked.back().field("range"), HasSubstr("bytes="));
}

TEST_F(BrokenRegistry, ThatKnowsNoRangesIsReadFromTheStartAgain) {
    std::atomic<int> cuts = 0;
    FakeRegistry registry{[&](const Asked& asked) -> std::optional<std::string> {
        if (!is_layer(asked)) return std::nullopt;
        std::string all = answer("200 OK", layer());
        if (cuts++ < 2) all.resize(all.size() / 2);
        return all;
    }};
    registry.add_image("1", layer());
    pull(registry);
    EXPECT_EQ(pulled_file(registry, "greeting"), "hello");
}

TEST_F(BrokenRegistry, IsGivenUpWhenItNeverGetsFurther) {
    std::atomic<int> tries = 0;
    FakeRegistry registry{[&](const Asked& asked) -> std::optional<std::string> {
        if (!is_layer(asked)) return std::nullopt;
        ++tries;
        return "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n";
    }};
    registry.add_image("1", layer());
    EXPECT_THAT(refusal_of_pull(registry), HasSubstr("blobs/sha256:"));
    EXPECT_EQ(tries, 5);
}

TEST_F(BrokenRegistry, ThatIsBusyIsAskedAgain) {
    for (const char* status : {"429 Too Many Requests", "503 Service Unavailable", "502 Bad"}) {
        std::atomic<int> busy = 0;
        FakeRegistry registry{[&](const Asked& asked) -> std::optional<std::string> {
            if (asked.target == "/v2/" || busy++ % 2 == 1) return std::nullopt;
            return answer(status, "", "Retry-After: 0\r\n");
        }};
        registry.add_image("1", layer());
        pull(registry);
        EXPECT_EQ(pulled_file(registry, "greeting"), "hello") << status;
    }
}

TEST_F(BrokenRegistry, ThatLiesAboutABlobIsFoundOut) {
    FakeRegistry registry{[&](const Asked& asked) -> std::optional<std::string> {
        if (!is_layer(asked)) return std::nullopt;
        std::string other = layer();
        other[1000] ^= 1;
        return answer("200 OK", other);
    }};
    registry.add_image("1", layer());
    EXPECT_THAT(refusal_of_pull(registry), HasSubstr("is damaged"));
}

TEST_F(BrokenRegistry, ThatSendsMoreThanTheManifestSaysIsStopped) {
    FakeRegistry registry{[&](const Asked& asked) -> std::optional<std::string> {
        if (!is_layer(asked)) return std::nullopt;
        return answer("200 OK", layer() + std::string(100'000, '\0'));
    }};
    registry.add_image("1", layer());
    EXPECT_THAT(refusal_of_pull(registry), HasSubstr("is larger than"));
}

TEST_F(BrokenRegistry, ThatSendsLessIsFoundOut) {
    FakeRegistry registry{[&](const Asked& asked) -> std::optional<std::string> {
        if (!is_layer(asked)) return std::nullopt;
        return answer("200 OK", layer().substr(0, 1000));
    }};
    registry.add_image("1", layer());
    EXPECT_THAT(refusal_of_pull(registry), HasSubstr("has 1000 bytes; its manifest says"));
}

TEST_F(BrokenRegistry, ThatSendsAnotherRangeIsFoundOut) {
    FakeRegistry registry{[&](const Asked& asked) -> std::optional<std::string> {
        if (!is_layer(asked)) return std::nullopt;
        if (!asked.field("range").empty()) {
            return answer("206 Partial Content", layer().substr(7),
                          fmt::format("Content-Range: bytes 7-{0}/{0}\r\n", layer().size()));
        }
        return answer("200 OK", layer()).substr(0, 5000);
    }};
    registry.add_image("1", layer());
    EXPECT_THAT(refusal_of_pull(registry), HasSubstr("another part of the blob"));
}

TEST_F(BrokenRegistry, ThatGivesAnotherManifestForADigestIsFoundOut) {
    const std::string wrong(64, 'a');
    FakeRegistry registry;
    const auto digest = registry.add_image("1", layer());
    FakeRegistry liar{[&](const Asked& asked) -> std::optional<std::string> {
        if (asked.target.find("/manifests/") == std::string::npos) return std::nullopt;
        return answer("200 OK", R"({"config":{}})",
                      "Content-Type: application/vnd.oci.image.manifest.v1+json\r\n");
    }};
    EXPECT_THAT(refusal_of_pull(liar, "app@" + digest.str()), HasSubstr("is damaged"));
    FakeRegistry boaster{[&](const Asked& asked) -> std::optional<std::string> {
        if (asked.target.find("/manifests/") == std::string::npos) return std::nullopt;
        return answer("200 OK", "{}", "Docker-Content-Digest: sha256:" + wrong + "\r\n");
    }};
    EXPECT_THAT(refusal_of_pull(boaster), HasSubstr("is damaged"));
}

TEST_F(BrokenRegistry, ThatIsAWebSiteIsNoRegistry) {
    FakeRegistry site{[](const Asked&) {
        return answer("200 OK", "<html>Welcome!</html>", "Content-Type: text/html\r\n");
    }};
    EXPECT_THAT(refusal_of_pull(site), HasSubstr("is this a registry?"));
    FakeRegistry lost{[](const Asked&) {
        return answer("404 Not Found", "<html>Lost?</html>", "Content-Type: text/html\r\n");
    }};
    EXPECT_THAT(refusal_of_pull(lost), HasSubstr("is this a registry?"));
}

TEST_F(BrokenRegistry, ThatTalksWithoutEndIsStopped) {
    FakeRegistry registry{[](const Asked& asked) -> std::optional<std::string> {
        if (asked.target == "/v2/") return std::nullopt;
        return answer("200 OK", std::string(std::size_t{5} << 20, ' '));
    }};
    EXPECT_THAT(refusal_of_pull(registry), HasSubstr("answers with more than"));
}

TEST_F(BrokenRegistry, ThatLeadsElsewhereDoesNotGetOurCredentialsThere) {
    FakeRegistry elsewhere;
    elsewhere.add_blob(layer());
    FakeRegistry registry{[&](const Asked& asked) -> std::optional<std::string> {
        if (asked.target == "/v2/" && asked.field("authorization").empty())
            return answer("401 Unauthorized", "", "WWW-Authenticate: Basic realm=\"r\"\r\n");
        if (!is_layer(asked)) return std::nullopt;
        return answer("307 Temporary Redirect", "",
                      "Location: " + elsewhere.url() + asked.target + "\r\n");
    }};
    registry.add_image("1", layer());
    pull(registry, "app:1", {.credentials = {.user = "ann", .password = "secret"}});
    EXPECT_EQ(pulled_file(registry, "greeting"), "hello");
    ASSERT_EQ(elsewhere.asked().size(), 1U);
    EXPECT_EQ(elsewhere.asked()[0].field("authorization"), "");
    EXPECT_NE(registry.asked().back().field("authorization"), "");
}

TEST_F(BrokenRegistry, ThatLeadsInCirclesIsLeft) {
    FakeRegistry registry{[](const Asked& asked) -> std::optional<std::string> {
        if (asked.target == "/v2/") return std::nullopt;
        return answer("302 Found", "", "Location: /v2/app/manifests/1\r\n");
    }};
    EXPECT_THAT(refusal_of_pull(registry), HasSubstr("in circles"));
    EXPECT_LT(registry.asked().size(), 12U);
}

TEST_F(BrokenRegistry, ThatSpeaksNoHttpIsSaidToBeUnreachable) {
    FakeRegistry registry{[](const Asked&) { return "SSH-2.0-OpenSSH\r\n"; }};
    settings_.attempts = 2;
    EXPECT_THAT(refusal_of_pull(registry), HasSubstr("cannot reach the registry"));
}

}  // namespace
}  // namespace minidock::test
