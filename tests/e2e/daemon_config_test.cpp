// The daemon's configuration file, its reload, and the API over TCP with certificates.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "minidock/base/fd.hpp"
#include "minidock/base/id.hpp"
#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;

std::string write_config(const TempDir& folder, const std::string& text) {
    std::string path = folder / "daemon.json";
    write_all(open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0600).get(), text, path);
    return path;
}

Outcome start_with(const std::string& config, std::vector<std::string> more = {}) {
    std::vector<std::string> words{program("minidockd"), "--config-file", config};
    words.insert(words.end(), more.begin(), more.end());
    return run(std::move(words));
}

TEST(DaemonConfig, WhatIsWrongInItIsNamed) {
    const TempDir folder;
    EXPECT_THAT(
        start_with(write_config(folder, R"({"nonsense": 1})")).err,
        HasSubstr("the following directives don't match any configuration option: nonsense"));
    EXPECT_THAT(start_with(write_config(folder, R"({"debug": "yes"})")).err, HasSubstr("debug"));
    EXPECT_THAT(
        start_with(write_config(folder, R"({"data-root": "/x"})"), {"--data-root", "/y"}).err,
        HasSubstr("specified both as a flag and in the configuration file: data-root"));
    EXPECT_NE(start_with(folder / "missing").status, 0);
}

TEST(DaemonConfig, IsReadAgainOnHangUp) {
    const TempDir folder;
    const std::string config = write_config(folder, R"({"group": "nobody"})");
    TestDaemon daemon{{.arguments = {"--config-file", config}, .busybox = false}};
    ::kill(daemon.pid(), SIGHUP);
    EXPECT_TRUE(eventually([&] {
        return daemon.log().find("the configuration has been read again") != std::string::npos;
    }));
    write_config(folder, "{");
    ::kill(daemon.pid(), SIGHUP);
    EXPECT_TRUE(eventually([&] {
        return daemon.log().find("the configuration stays as it is") != std::string::npos;
    }));
    EXPECT_EQ(daemon.docker({"version"}).status, 0);
}

TEST(DaemonTcp, WithoutTlsIsForTheLoopbackInterfaceOnly) {
    const TempDir folder;
    const std::string own = "md" + short_id(random_id());
    const Outcome open = start_with(
        write_config(folder, "{}"),
        {"--host", "unix://" + (folder / "s"), "--host", "tcp://0.0.0.0:23751", "--data-root",
         folder / "data", "--exec-root", folder / "run", "--bridge", own, "--nft-table", own});
    EXPECT_NE(open.status, 0);
    EXPECT_THAT(open.err, HasSubstr("--tlsverify"));
    EXPECT_NE(run({"ip", "link", "delete", own}).status, 0) << "the bridge was left behind";
    EXPECT_NE(run({"nft", "delete", "table", "inet", own}).status, 0)
        << "the table was left behind";
}

/// An authority, and a key and certificate signed by it.
void make_certificates(const TempDir& folder) {
    const std::string script =
        "cd " + folder.path() +
        " && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout ca-key.pem "
        "-out "
        "ca.pem 2>/dev/null && for name in server client; do openssl req -newkey rsa:2048 -nodes "
        "-subj /CN=$name -keyout $name-key.pem -out $name.csr 2>/dev/null && printf "
        "'subjectAltName=IP:127.0.0.1\\nextendedKeyUsage=serverAuth,clientAuth' > ext && openssl "
        "x509 "
        "-req -in $name.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile ext -out "
        "$name.pem 2>/dev/null; done";
    ASSERT_EQ(run({"sh", "-c", script}).status, 0);
}

TEST(DaemonTcp, WithTlsServesThoseWithACertificate) {
    const TempDir folder;
    make_certificates(folder);
    const std::string host = "tcp://127.0.0.1:23762";
    TestDaemon daemon{
        {.arguments = {"--host", host, "--tlsverify", "--tlscacert", folder / "ca.pem", "--tlscert",
                       folder / "server.pem", "--tlskey", folder / "server-key.pem"}}};
    const auto docker = [&](std::vector<std::string> words) {
        words.insert(words.begin(),
                     {"docker", "--host", host, "--tlsverify", "--tlscacert", folder / "ca.pem",
                      "--tlscert", folder / "client.pem", "--tlskey", folder / "client-key.pem"});
        return run(std::move(words), "some input\n");
    };
    const Outcome hijacked = docker({"run", "--rm", "-i", "busybox", "cat"});
    EXPECT_EQ(hijacked.status, 0) << hijacked.err;
    EXPECT_EQ(hijacked.out, "some input\n");
    EXPECT_NE(run({"docker", "--host", host, "--tls", "version"}).status, 0);
    EXPECT_NE(run({"docker", "--host", host, "version"}).status, 0);
}

}  // namespace
}  // namespace minidock::test
