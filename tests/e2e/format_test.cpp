// --format: what the official client shows of the same objects, ours shows too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

class Format : public testing::Test {
  protected:
    Format() {
        daemon.docker_output({"run", "--detach", "--name", "one", "--label", "tier=back", "--env",
                              "A=b", "--volume", "data:/data", "busybox", "sleep", "1000"});
        daemon.docker_output({"create", "--name", "two", "busybox", "true"});
    }

    /// What both clients say; that it is the same.
    std::string both(const std::vector<std::string>& words) {
        const Outcome theirs = daemon.docker(words);
        const Outcome ours = daemon.minidock(words);
        EXPECT_EQ(theirs.status, 0) << theirs.err;
        EXPECT_EQ(ours.status, 0) << ours.err;
        EXPECT_EQ(ours.out, theirs.out) << words.back();
        return ours.out;
    }

    TestDaemon daemon;
};

TEST_F(Format, OfInspectIsTheOfficialClients) {
    for (const char* text :
         {"{{.Name}} {{.State.Status}} {{.State.Pid}}", "{{json .Config.Env}}",
          "{{range .Mounts}}{{.Destination}} {{.RW}}{{end}}",
          "{{range $i, $e := .Config.Env}}{{$i}}: {{println $e}}{{end}}",
          "{{if .State.Running}}up{{else}}down{{end}}",
          "{{if .State.Health}}{{.State.Health.Status}}{{else}}no check{{end}}",
          "{{index .Config.Labels \"tier\"}} {{.Config.Labels.nosuch}}", "{{.Config.Cmd}}",
          "{{join .Config.Cmd \", \"}}", "{{len .Mounts}}", "{{.Name | upper | printf \"%-8s|\"}}",
          "{{with .HostConfig}}{{.NetworkMode}}{{end}}", "{{(index .Mounts 0).Name}}",
          "{{range $name, $n := .NetworkSettings.Networks}}{{$name}}{{end}}", "{{- .Id -}}  ",
          "{{eq .State.ExitCode 0}} {{not .State.Paused}}"})
        both({"inspect", "--format", text, "one"});
}

TEST_F(Format, OfListsIsTheOfficialClients) {
    for (const char* text :
         {"{{.ID}} {{.Names}}", "table {{.Names}}\\t{{.Image}}", "table {{.ID}}\\t{{.State}}",
          "{{upper .Names}}\\t{{.Labels}}", "{{json .Names}}", "{{.Command}}",
          "{{if eq .State \"running\"}}{{.Names}}{{end}}"})
        EXPECT_NE(both({"ps", "--all", "--format", text}), "");
    both({"images", "--format", "table {{.Repository}}:{{.Tag}}\\t{{.ID}}"});
    both({"volume", "ls", "--format", "table {{.Name}}\\t{{.Driver}}"});
    both({"network", "ls", "--format", "{{.Name}}: {{.Driver}} {{.Scope}}"});
}

TEST_F(Format, OfTheMachineIsTheOfficialClients) {
    both({"version", "--format", "{{.Server.Version}} {{.Server.Os}}"});
    both({"info", "--format", "{{.Driver}} {{len .Plugins.Volume}} {{json .DefaultRuntime}}"});
}

}  // namespace
}  // namespace minidock::test
