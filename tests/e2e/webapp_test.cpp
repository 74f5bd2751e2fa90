// examples/webapp, the whole of it: four parts from Debian's packages, by docker-compose, on two
// networks and two volumes; its page fetched, each part killed and started again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

bool has_program(const std::string& name) {
    return run({"sh", "-c", "command -v " + name}).status == 0;
}

class Webapp : public testing::Test {
  protected:
    static constexpr const char* folder = MINIDOCK_SOURCE_DIR "/examples/webapp";

    void SetUp() override {
        for (const char* program : {"docker-compose", "mmdebstrap", "curl"}) {
            if (!has_program(program)) GTEST_SKIP() << program << " is not installed";
        }
        daemon_ = std::make_unique<TestDaemon>(TestDaemon::Options{.busybox = false});
        if (daemon_->docker({"network", "ls"}).status != 0)
            GTEST_SKIP() << "this edition has no networks";
        const Outcome built =
            in_folder({"images/build", MINIDOCK_BIN_DIR "/../webapp"}, std::chrono::minutes{30});
        ASSERT_EQ(built.status, 0) << built.out << built.err;
        compose({"up", "-d"});
    }
    void TearDown() override {
        if (daemon_) (void)in_folder({"docker-compose", "-p", "guestbook", "down", "--volumes"});
        daemon_.reset();
    }

    /// Runs a program in the example's folder, with the engine and a port of the test's own.
    [[nodiscard]] Outcome in_folder(std::vector<std::string> words,
                                    std::chrono::seconds limit = std::chrono::minutes{2}) const {
        words.insert(words.begin(), {"env", "-C", folder});
        return run({.arguments = std::move(words),
                    .environment = {"DOCKER_HOST=" + daemon_->host(), "WEBAPP_PORT=" + port_},
                    .time_limit = limit});
    }
    void compose(std::vector<std::string> words) const {
        words.insert(words.begin(), {"docker-compose", "-p", "guestbook"});
        const Outcome outcome = in_folder(std::move(words));
        ASSERT_EQ(outcome.status, 0) << outcome.err << daemon_->log();
    }
    /// The page, as soon as there is one.
    [[nodiscard]] std::string page() const {
        Outcome outcome;
        const bool there = eventually(
            [&] {
                outcome = run({"curl", "--silent", "--fail-with-body", "--max-time", "5",
                               "http://127.0.0.1:" + port_ + "/"});
                return outcome.status == 0;
            },
            std::chrono::seconds{60});
        EXPECT_TRUE(there)
            << outcome.out
            << in_folder({"docker-compose", "-p", "guestbook", "logs", "--no-color"}).out;
        return outcome.out;
    }
    void write(const std::string& note) const {
        EXPECT_EQ(run({"curl", "--silent", "--fail", "--data-urlencode", "text=" + note,
                       "http://127.0.0.1:" + port_ + "/notes"})
                      .status,
                  0);
    }

    std::unique_ptr<TestDaemon> daemon_;
    std::string port_ = std::to_string(20000 + ::getpid() % 10000);
};

TEST_F(Webapp, ServesItsPageAndKeepsItsDataWhateverIsKilled) {
    EXPECT_THAT(page(), HasSubstr("<ul></ul>"));
    write("the first <note>");
    EXPECT_THAT(page(), HasSubstr("<li>the first &#60;note&#62;</li>"));

    for (const char* part : {"db", "cache", "web", "nginx"}) {
        compose({"kill", part});
        compose({"up", "-d"});
        EXPECT_THAT(page(), HasSubstr("<li>the first")) << "after " << part << " was killed";
    }
    // The engine itself: the parts run on, and find one another as soon as names are served again.
    daemon_->kill();
    daemon_->start();
    EXPECT_THAT(page(), HasSubstr("<li>the first"));
    write("the second");

    // All containers and networks anew, on the same volumes.
    compose({"down"});
    compose({"up", "-d"});
    const std::string after = page();
    EXPECT_THAT(after, HasSubstr("<li>the first"));
    EXPECT_THAT(after, HasSubstr("<li>the second"));
    EXPECT_THAT(after, testing::Not(HasSubstr("Visit 1,"))) << "the cache has kept its count";
}

TEST_F(Webapp, TheDatabaseIsReachedByTheServerOnly) {
    (void)page();
    const auto reaches = [&](const std::string& part, const std::string& host) {
        return in_folder({"docker-compose", "-p", "guestbook", "exec", "-T", part, "bash", "-c",
                          "exec 3<>/dev/tcp/" + host})
                   .status == 0;
    };
    EXPECT_TRUE(reaches("web", "db/5432"));
    EXPECT_FALSE(reaches("nginx", "db/5432")) << "they share no network";
}

}  // namespace
}  // namespace minidock::test
