// Go's templates, as --format takes them. What they give here is what the official client gives for
// the same values; tests/e2e/format_test.cpp compares the two.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/base/error.hpp"
#include "minidock/client/template.hpp"

namespace minidock::client {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const Json& values() {
    static const Json all = parse_json(R"({
        "ID": "abc", "Name": "web server", "Empty": "", "Nothing": null, "Privileged": false,
        "State": {"Pid": 42, "Share": 0.5},
        "Labels": {"tier": "back", "com.example/owner": "ann"},
        "Mounts": [{"Source": "/a", "RW": true}, {"Source": "/b", "RW": false}],
        "Args": ["-c", "true"],
        "Networks": {"back": {"IP": "10.0.0.2"}, "front": {"IP": "10.0.1.2"}}})",
                                       "values");
    return all;
}

std::string filled(std::string_view text) {
    return fill_template(text, values());
}

TEST(Template, FillsInFieldsAndJson) {
    EXPECT_EQ(filled("{{.ID}}: {{ .State.Pid }}!"), "abc: 42!");
    EXPECT_EQ(filled("{{json .ID}} {{json .State}}"), R"("abc" {"Pid":42,"Share":0.5})");
    EXPECT_EQ(filled("{{.Nothing}} {{.Privileged}}"), "<no value> false");
    EXPECT_EQ(filled("{{.Args}} {{.Labels}}"), "[-c true] map[com.example/owner:ann tier:back]");
    EXPECT_EQ(filled("plain"), "plain");
}

TEST(Template, RangesOverListsAndMaps) {
    EXPECT_EQ(filled("{{range .Mounts}}{{.Source}} {{end}}"), "/a /b ");
    EXPECT_EQ(filled("{{range $i, $m := .Mounts}}{{$i}}={{$m.Source}}:{{$.ID}};{{end}}"),
              "0=/a:abc;1=/b:abc;");
    EXPECT_EQ(filled("{{range $name, $n := .Networks}}{{$name}} {{$n.IP}},{{end}}"),
              "back 10.0.0.2,front 10.0.1.2,");
    EXPECT_EQ(filled("{{range .Networks}}{{.IP}} {{end}}"), "10.0.0.2 10.0.1.2 ");
    EXPECT_EQ(filled("{{range .Empty}}x{{else}}none{{end}}"), "none");
}

TEST(Template, DecidesByConditions) {
    EXPECT_EQ(filled("{{if .Privileged}}yes{{else if .ID}}{{.ID}}{{else}}no{{end}}"), "abc");
    EXPECT_EQ(filled("{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}"), "none");
    EXPECT_EQ(filled("{{if and .ID (not .Privileged)}}a{{end}}{{if or .Empty .ID}}b{{end}}"), "ab");
    EXPECT_EQ(filled("{{if eq .State.Pid 42}}a{{end}}{{if ne .ID \"x\"}}b{{end}}"
                     "{{if gt .State.Pid 41}}c{{end}}{{if le .State.Pid 41}}d{{end}}"),
              "abc");
    EXPECT_EQ(filled("{{with .State}}{{.Pid}}{{end}}{{with .Empty}}x{{else}}-{{end}}"), "42-");
}

TEST(Template, HasDockersFunctions) {
    EXPECT_EQ(filled("{{upper .ID}} {{lower \"ABC\"}} {{title .Name}}"), "ABC abc Web Server");
    EXPECT_EQ(filled("{{len .Mounts}} {{len .ID}} {{len .Labels}}"), "2 3 2");
    EXPECT_EQ(filled("{{index .Labels \"com.example/owner\"}}|{{index .Labels \"no\"}}|"
                     "{{(index .Mounts 1).Source}}"),
              "ann||/b");
    EXPECT_EQ(filled("{{join .Args \" \"}} {{index (split .Name \" \") 1}}"), "-c true server");
    EXPECT_EQ(filled("{{println .ID}}{{print .ID 1 2}}"), "abc\nabc1 2");
    EXPECT_EQ(filled("{{printf \"%-5s|%5d|%.2f|%q|%%\" .ID .State.Pid .State.Share .ID}}"),
              "abc  |   42|0.50|\"abc\"|%");
    EXPECT_EQ(filled("{{truncate .Name 3}}{{pad .ID 1 2}}."), "web abc  .");
}

TEST(Template, LeadsOneResultIntoTheNextFunction) {
    EXPECT_EQ(filled("{{.ID | upper | printf \"%s-%s\" \"x\"}}"), "x-ABC");
    EXPECT_EQ(filled("{{.Args | json}}"), R"(["-c","true"])");
}

TEST(Template, KeepsVariables) {
    EXPECT_EQ(filled("{{$x := .ID}}{{if true}}{{$x = \"new\"}}{{end}}{{$x}}"), "new");
    EXPECT_EQ(filled("{{with $s := .State}}{{$s.Pid}}{{end}}"), "42");
    EXPECT_EQ(filled("{{$.State.Pid}}"), "42");
}

TEST(Template, TrimsAndForgetsComments) {
    EXPECT_EQ(filled("a \n {{- .ID -}} \n b{{/* }} */}}c"), "aabcbc");
    EXPECT_EQ(filled("{{\"}}\"}}{{`\\n`}}{{\"\\t\"}}"), "}}\\n\t");
}

TEST(Template, OnlyLabelsMayBeMissing) {
    EXPECT_EQ(filled("{{.Labels.nosuch}}"), "<no value>");
    EXPECT_THAT([] { filled("{{.Id}}"); },
                ThrowsMessage<BadParameter>(HasSubstr("there is no field .Id")));
}

TEST(Template, RefusesWhatItDoesNotUnderstand) {
    for (const char* text : {"{{.ID",
                             "{{ID}}",
                             "{{range .Mounts}}",
                             "{{end}}",
                             "{{if .ID}}a{{else}}b",
                             "{{.ID .Name}}",
                             "{{nosuch .ID}}",
                             "{{upper}}",
                             "{{upper .State}}",
                             "{{join .ID}}",
                             "{{.ID | }}",
                             "{{}}",
                             "{{$x}}",
                             "{{index .Args 7}}",
                             "{{(.ID}}",
                             "{{range .State.Pid}}{{end}}",
                             "{{\"a}}",
                             "{{.A..B}}",
                             "{{printf \"%y\" 1}}",
                             "{{printf \"%s\"}}",
                             "{{len 5 5}}",
                             "{{.ID | .Name}}"})
        EXPECT_THROW(filled(text), BadParameter) << text;
}

}  // namespace
}  // namespace minidock::client
