// `docker events`: what the official client is told of a container's life.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <thread>

#include "minidock/base/timestamp.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

class Events : public testing::Test {
  protected:
    TestDaemon daemon;
    std::string start = to_rfc3339(now());

    /// All until now.
    std::vector<std::string> events(std::vector<std::string> words) {
        words.insert(words.begin(), {"events", "--since", start, "--until", to_rfc3339(now())});
        return lines_of(daemon.docker_output(words));
    }
};

TEST_F(Events, TellTheLifeOfAContainer) {
    (void)daemon.docker(
        {"run", "--name", "short", "--label", "a=b", "busybox", "sh", "-c", "exit 3"});
    daemon.docker_output({"rename", "short", "long"});
    daemon.docker_output({"rm", "long"});
    EXPECT_THAT(events({"--filter", "type=container", "--format", "{{.Action}}"}),
                ElementsAre("create", "attach", "start", "die", "rename", "destroy"));
    EXPECT_THAT(events({"--filter", "event=die", "--format",
                        "{{.Actor.Attributes.exitCode}} {{.Actor.Attributes.name}} "
                        "{{.Actor.Attributes.image}} {{.Actor.Attributes.a}}"}),
                ElementsAre("3 short busybox b"));
    EXPECT_THAT(events({"--filter", "event=rename", "--format",
                        "{{.Actor.Attributes.oldName}} {{.Actor.Attributes.name}}"}),
                ElementsAre("/short long"));
}

TEST_F(Events, AreFilteredByContainerAndLabel) {
    (void)daemon.docker({"run", "--name", "one", "--label", "x=1", "busybox", "true"});
    (void)daemon.docker({"run", "--name", "two", "--label", "x=2", "busybox", "true"});
    const std::string format = "{{.Actor.Attributes.name}} {{.Action}}";
    EXPECT_THAT(
        events({"--filter", "container=two", "--filter", "event=start", "--format", format}),
        ElementsAre("two start"));
    EXPECT_THAT(events({"--filter", "label=x=1", "--filter", "event=start", "--format", format}),
                ElementsAre("one start"));
    EXPECT_THAT(
        events({"--filter", "image=busybox", "--filter", "event=start", "--format", format}),
        ElementsAre("one start", "two start"));
    EXPECT_NE(daemon.docker({"events", "--until", "1s", "--filter", "nonsense=1"}).status, 0);
}

TEST_F(Events, TellWhoStoppedIt) {
    daemon.docker_output({"run", "-d", "--name", "victim", "busybox", "sleep", "100"});
    daemon.docker_output({"pause", "victim"});
    daemon.docker_output({"unpause", "victim"});
    daemon.docker_output({"stop", "-t", "0", "victim"});
    EXPECT_THAT(events({"--filter", "container=victim", "--format", "{{.Action}}"}),
                IsSupersetOf({"pause", "unpause", "kill", "die", "stop"}));
    const auto kills =
        events({"--filter", "event=kill", "--format", "{{.Actor.Attributes.signal}}"});
    EXPECT_THAT(kills, ElementsAre("15", "9"));
}

TEST_F(Events, ComeWhileTheyHappen) {
    const std::string soon = to_rfc3339(now() + std::chrono::seconds{2});
    std::thread later{[&] { (void)daemon.docker({"run", "--name", "now", "busybox", "true"}); }};
    const Outcome live = daemon.docker({"events", "--until", soon, "--format", "{{json .}}"});
    later.join();
    EXPECT_THAT(live.out, HasSubstr("\"status\":\"start\""));
    EXPECT_THAT(live.out, HasSubstr("\"Action\":\"die\""));
}

}  // namespace
}  // namespace minidock::test
