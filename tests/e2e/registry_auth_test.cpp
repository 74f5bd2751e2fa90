// Registries that ask who one is, and prove who they are.
#include <fcntl.h>
#include <sys/stat.h>

#include <csignal>

#include "minidock/base/base64.hpp"
#include "minidock/base/fd.hpp"
#include "tests/support/registry_fixture.hpp"

namespace minidock::test {
namespace {

using testing::HasSubstr;
using testing::Not;

void write(const std::string& path, const std::string& content, mode_t mode = 0644) {
    std::filesystem::create_directories(std::filesystem::path{path}.parent_path());
    write_all(open_file(path, O_WRONLY | O_CREAT | O_TRUNC, mode).get(), content, path);
}

/// What a test's registries need: certificates, and a client's configuration of their own.
class Secrets {
  public:
    Secrets() {
        make_authority("ca");
        make_certificate("server", "subjectAltName=DNS:localhost,IP:127.0.0.1");
        make_certificate("client", "extendedKeyUsage=clientAuth");
        // htpasswd's bcrypt of "secret"
        write(folder / "htpasswd",
              "ann:$2b$04$ttGl.iBUp3E1oYuEbK30ueQFkRqAM8/qaRaSkQk6M5i7C22mk.ABO\n");
    }
    [[nodiscard]] std::string path(const std::string& name) const { return folder / name; }
    [[nodiscard]] std::string config() const { return folder / "docker/config.json"; }

  private:
    void openssl(std::vector<std::string> words) const {
        words.insert(words.begin(), "openssl");
        const Outcome made = run(std::move(words));
        if (made.status != 0) throw std::runtime_error{"openssl: " + made.err};
    }
    void make_authority(const std::string& name) const {
        openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                 "/CN=the tests' own", "-keyout", path(name + ".key"), "-out",
                 path(name + ".crt")});
    }
    void make_certificate(const std::string& name, const std::string& extension) const {
        write(path(name + ".ext"), extension + "\n");
        openssl({"req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + name, "-keyout",
                 path(name + ".key"), "-out", path(name + ".csr")});
        openssl({"x509", "-req", "-in", path(name + ".csr"), "-CA", path("ca.crt"), "-CAkey",
                 path("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", path(name + ".ext"),
                 "-out", path(name + ".crt")});
    }
    TempDir folder;
};

/// Keeps the clients' configuration away from the user's own.
class Login : public testing::Test {
  protected:
    Outcome docker(const TestDaemon& daemon, std::vector<std::string> words,
                   std::string input = "") const {
        words.insert(words.begin(), {"docker", "--host", daemon.host()});
        return with_config(std::move(words), std::move(input));
    }
    Outcome minidock(const TestDaemon& daemon, std::vector<std::string> words,
                     std::string input = "") const {
        words.insert(words.begin(), {program("minidock"), "--host", daemon.host()});
        return with_config(std::move(words), std::move(input));
    }
    Outcome with_config(std::vector<std::string> words, std::string input) const {
        return run(
            {.arguments = std::move(words),
             .input = std::move(input),
             .environment = {"DOCKER_CONFIG=" + secrets.path("docker"),
                             "PATH=" + secrets.path("helpers") + ":/usr/bin:/usr/local/bin"}});
    }
    [[nodiscard]] TestRegistry::Options basic() const {
        return {.auth = "  htpasswd: {realm: r, path: " + secrets.path("htpasswd") + "}\n"};
    }
    /// Pushes, and says what came of it.
    Outcome push(const TestDaemon& daemon, const TestRegistry& registry) const {
        daemon.docker_output({"tag", "busybox", registry.name("box:1")});
        return docker(daemon, {"push", registry.name("box:1")});
    }

    Secrets secrets;
};

TEST_F(Login, OpensARegistryWithPasswords) {
    const TestRegistry registry{basic()};
    TestDaemon daemon;
    EXPECT_NE(push(daemon, registry).status, 0) << "nobody has logged in";
    const Outcome wrong =
        docker(daemon, {"login", "-u", "ann", "--password-stdin", registry.host()}, "wrong");
    EXPECT_EQ(wrong.status, 1);
    EXPECT_THAT(wrong.err, HasSubstr("unauthorized"));
    const Outcome login =
        docker(daemon, {"login", "-u", "ann", "--password-stdin", registry.host()}, "secret");
    EXPECT_EQ(login.status, 0) << login.err;
    EXPECT_THAT(login.out, HasSubstr("Login Succeeded"));
    EXPECT_EQ(push(daemon, registry).status, 0);
    EXPECT_EQ(docker(daemon, {"pull", registry.name("box:1")}).status, 0);
    EXPECT_EQ(docker(daemon, {"logout", registry.host()}).status, 0);
    EXPECT_THAT(docker(daemon, {"pull", registry.name("box:1")}).err,
                HasSubstr("pull access denied for " + registry.name("box")));
}

TEST_F(Login, IsKeptWhereDockerKeepsIt) {
    const TestRegistry registry{basic()};
    TestDaemon daemon;
    const Outcome login =
        minidock(daemon, {"login", "-u", "ann", "--password-stdin", registry.host()}, "secret");
    ASSERT_EQ(login.status, 0) << login.err;
    EXPECT_THAT(login.out, HasSubstr("Login Succeeded"));
    const Json config = read_json_file(secrets.config());
    EXPECT_EQ(config["auths"][registry.host()]["auth"], to_base64("ann:secret"));
    struct stat status {};
    ::stat(secrets.config().c_str(), &status);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << "passwords are in it";

    EXPECT_EQ(push(daemon, registry).status, 0) << "the official client uses what ours has kept";
    EXPECT_EQ(minidock(daemon, {"pull", registry.name("box:1")}).status, 0);
    EXPECT_THAT(minidock(daemon, {"logout", registry.host()}).out,
                HasSubstr("Removing login credentials"));
    EXPECT_NE(minidock(daemon, {"pull", registry.name("box:1")}).status, 0);
    EXPECT_THAT(minidock(daemon, {"logout", registry.host()}).out, HasSubstr("Not logged in"));
}

TEST_F(Login, MayBeLeftToAHelper) {
    const TestRegistry registry{basic()};
    TestDaemon daemon;
    write(secrets.path("helpers/docker-credential-box"),
          "#!/bin/sh\n"
          "box=" +
              secrets.path("box") +
              "\n"
              "case $1 in\n"
              "store) cat >$box ;;\n"
              "get) [ -f $box ] && cat $box && exit; echo 'credentials not found'; exit 1 ;;\n"
              "erase) rm -f $box ;;\n"
              "esac\n",
          0755);
    write(secrets.config(), R"({"credHelpers":{")" + registry.host() + R"(":"box"}})");
    const Outcome login =
        minidock(daemon, {"login", "-u", "ann", "--password-stdin", registry.host()}, "secret");
    ASSERT_EQ(login.status, 0) << login.err;
    EXPECT_THAT(read_file(secrets.path("box")), HasSubstr("secret"));
    EXPECT_THAT(read_file(secrets.config()), Not(HasSubstr(to_base64("ann:secret"))));
    EXPECT_EQ(push(daemon, registry).status, 0);
    EXPECT_EQ(minidock(daemon, {"pull", registry.name("box:1")}).status, 0);
    minidock(daemon, {"logout", registry.host()});
    EXPECT_FALSE(std::filesystem::exists(secrets.path("box")));
}

TEST_F(Login, GivesTokensFromATokenServer) {
    const unsigned short port = free_port();
    const Fd null = open_file("/dev/null", O_RDWR);
    Child server =
        spawn({.path = MINIDOCK_SOURCE_DIR "/tests/support/token_server.py",
               .arguments = {"token_server.py", std::to_string(port), secrets.path("server.crt"),
                             secrets.path("server.key"), "ann", "secret"},
               .descriptors = {{null.get(), 0}, {null.get(), 1}, {STDERR_FILENO, 2}}});
    const TestRegistry registry{
        {.auth = "  token: {realm: 'http://localhost:" + std::to_string(port) +
                 "/token', service: tests, issuer: tests, rootcertbundle: " +
                 secrets.path("ca.crt") + "}\n"}};
    TestDaemon daemon;
    EXPECT_TRUE(eventually([&] {
        return docker(daemon, {"login", "-u", "ann", "-p", "secret", registry.host()}).status == 0;
    }));
    EXPECT_EQ(push(daemon, registry).status, 0) << registry.log();
    docker(daemon, {"logout", registry.host()});
    EXPECT_EQ(docker(daemon, {"pull", registry.name("box:1")}).status, 0)
        << "anybody may pull: " << registry.log();
    EXPECT_NE(docker(daemon, {"push", registry.name("box:1")}).status, 0) << "but not push";
    EXPECT_NE(docker(daemon, {"login", "-u", "ann", "-p", "no", registry.host()}).status, 0);
    ::kill(server.pid(), SIGTERM);
    server.wait();
}

TEST_F(Login, IsNotNeededWithACertificate) {
    const TestRegistry registry{{.certificate = secrets.path("server.crt"),
                                 .key = secrets.path("server.key"),
                                 .client_ca = secrets.path("ca.crt")}};
    const std::string certs = secrets.path("certs.d");
    const std::string own = certs + "/" + registry.host();
    write(own + "/ca.crt", read_file(secrets.path("ca.crt")));
    TestDaemon daemon{{.arguments = {"--registry-certs", certs}}};
    EXPECT_NE(push(daemon, registry).status, 0) << "without a certificate of ours";
    write(own + "/client.cert", read_file(secrets.path("client.crt")));
    write(own + "/client.key", read_file(secrets.path("client.key")), 0600);
    const Outcome pushed = push(daemon, registry);
    EXPECT_EQ(pushed.status, 0) << pushed.err;
    EXPECT_EQ(docker(daemon, {"pull", registry.name("box:1")}).status, 0);
}

TEST_F(Login, IsRefusedToWhoeverHasTheWrongAuthority) {
    const TestRegistry registry{
        {.certificate = secrets.path("server.crt"), .key = secrets.path("server.key")}};
    const std::string certs = secrets.path("certs.d");
    // An authority, but not the one that signed.
    write(certs + "/" + registry.host() + "/ca.crt", read_file(secrets.path("client.crt")));
    TestDaemon daemon{{.arguments = {"--registry-certs", certs}}};
    const Outcome pushed = push(daemon, registry);
    EXPECT_NE(pushed.status, 0);
    EXPECT_THAT(pushed.err, HasSubstr("certificate"));
    EXPECT_THAT(registry.log(), Not(HasSubstr("/v2/box/")));
}

}  // namespace
}  // namespace minidock::test
