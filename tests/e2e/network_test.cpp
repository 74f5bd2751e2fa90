// Networks through the official client, with traffic that really flows. The daemon runs in a
// network namespace of its own, which plays its machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/test_daemon.hpp"

namespace minidock::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Networks : public testing::Test {
  protected:
    TestDaemon daemon{{.runtime = {}, .arguments = {}, .own_network = true}};

    Outcome docker(std::vector<std::string> words) { return daemon.docker(std::move(words)); }
    std::string output(std::vector<std::string> words) {
        return daemon.docker_output(std::move(words));
    }
    /// A container that goes on running.
    void start(const std::string& name, std::vector<std::string> options,
               std::vector<std::string> command = {"sleep", "1000"}) {
        std::vector<std::string> words{"run", "--detach", "--name", name};
        words.insert(words.end(), options.begin(), options.end());
        words.emplace_back("busybox");
        words.insert(words.end(), command.begin(), command.end());
        output(std::move(words));
    }
    Outcome exec(const std::string& name, std::vector<std::string> command) {
        command.insert(command.begin(), {"exec", name});
        return docker(std::move(command));
    }
    /// A web server that answers with its own name.
    void serve(const std::string& name, std::vector<std::string> options) {
        start(name, std::move(options),
              {"sh", "-c",
               "mkdir /www; echo " + name + " > /www/index.html; exec httpd -f -p 80 -h /www"});
    }
};

TEST_F(Networks, AContainerHasAnAddressARouteAndAMacOnTheBridge) {
    const Outcome shown = docker({"run", "--rm", "busybox", "sh", "-c", "ip addr; ip route"});
    EXPECT_EQ(shown.err, "");
    EXPECT_THAT(shown.out, HasSubstr("inet 172.17.0.2/16 brd 172.17.255.255 scope global eth0"));
    EXPECT_THAT(shown.out, HasSubstr("link/ether 02:42:ac:11:00:02"));
    EXPECT_THAT(shown.out, HasSubstr("default via 172.17.0.1 dev eth0"));
}

TEST_F(Networks, ContainersReachOneAnotherAndTheHost) {
    serve("web", {});
    const std::string address = daemon.inspect("web", "{{.NetworkSettings.IPAddress}}");
    EXPECT_EQ(docker({"run", "--rm", "busybox", "ping", "-c", "1", address}).status, 0);
    EXPECT_EQ(docker({"run", "--rm", "busybox", "ping", "-c", "1", "172.17.0.1"}).status, 0);
    EXPECT_EQ(docker({"run", "--rm", "busybox", "wget", "-q", "-O", "-", address}).out, "web\n");
    EXPECT_EQ(daemon.on_its_machine({"busybox", "ping", "-c", "1", address}).status, 0);
}

TEST_F(Networks, WhatAContainerHadIsGoneWhenItHasEnded) {
    output({"run", "--rm", "--publish", "8080:80", "busybox", "true"});
    EXPECT_THAT(daemon.on_its_machine({"ip", "-o", "link"}).out, Not(HasSubstr("veth")));
    EXPECT_THAT(daemon.on_its_machine({"nft", "list", "ruleset"}).out, Not(HasSubstr("8080")));
    EXPECT_THAT(daemon.on_its_machine({"ss", "-lnt"}).out, Not(HasSubstr("8080")));
}

TEST_F(Networks, HowOneIsMadeIsExplained) {
    const Outcome run =
        daemon.minidock({"--explain", "run", "--rm", "--publish", "8080:80", "busybox", "true"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.err, ContainsRegex("minidockd sendto\\(.*make the veth pair"));
    EXPECT_THAT(run.err, ContainsRegex("minidockd sendto\\(.*add the address 172.17.0.2"));
    EXPECT_THAT(run.err, ContainsRegex("minidockd nft\\(\"add element inet .* 8080 : 172.17.0.2"));
    EXPECT_THAT(run.err, HasSubstr("minirun   execve("));
}

TEST_F(Networks, ContainersOfANetworkFindOneAnotherByName) {
    output({"network", "create", "backend"});
    serve("web", {"--network", "backend", "--network-alias", "www"});
    for (const char* name : {"web", "www"})
        EXPECT_EQ(docker({"run", "--rm", "--network", "backend", "busybox", "wget", "-q", "-O", "-",
                          name})
                      .out,
                  "web\n")
            << name;
    const std::string address =
        daemon.inspect("web", "{{.NetworkSettings.Networks.backend.IPAddress}}");
    EXPECT_THAT(docker({"run", "--rm", "--network", "backend", "busybox", "nslookup", address}).out,
                HasSubstr("name = web.backend"));
    output({"rename", "web", "site"});
    EXPECT_EQ(docker({"run", "--rm", "--network", "backend", "busybox", "ping", "-c", "1", "site"})
                  .status,
              0);
    EXPECT_NE(
        docker({"run", "--rm", "--network", "backend", "busybox", "ping", "-c", "1", "web"}).status,
        0);
}

TEST_F(Networks, NetworksAreApart) {
    output({"network", "create", "one"});
    output({"network", "create", "two"});
    start("web", {"--network", "one"});
    const std::string address =
        daemon.inspect("web", "{{.NetworkSettings.Networks.one.IPAddress}}");
    const std::vector<std::string> ping{"run", "--rm", "--network", "two", "busybox", "ping",
                                        "-c",  "1",    "-W",        "1",   address};
    EXPECT_NE(docker(ping).status, 0);
}

TEST_F(Networks, APublishedPortIsReachedFromEverywhere) {
    serve("web", {"--publish", "8080:80"});
    EXPECT_EQ(output({"port", "web"}), "80/tcp -> 0.0.0.0:8080");
    EXPECT_THAT(output({"ps", "--format", "{{.Ports}}"}), "0.0.0.0:8080->80/tcp");
    // The machine's loopback, its address, and another container by way of the machine.
    for (const char* address : {"127.0.0.1:8080", "172.17.0.1:8080"})
        EXPECT_EQ(daemon.on_its_machine({"busybox", "wget", "-q", "-O", "-", address}).out, "web\n")
            << address;
    EXPECT_EQ(docker({"run", "--rm", "busybox", "wget", "-q", "-O", "-", "172.17.0.1:8080"}).out,
              "web\n");
    EXPECT_EQ(exec("web", {"wget", "-q", "-O", "-", "172.17.0.1:8080"}).out, "web\n");
}

TEST_F(Networks, ATakenPortIsToldWithItsOwner) {
    start("first", {"--publish", "8080:80"});
    const Outcome second = docker({"run", "--rm", "--publish", "8080:80", "busybox", "true"});
    EXPECT_EQ(second.status, 125);
    EXPECT_THAT(second.err, HasSubstr("port is already allocated by container first"));
}

TEST_F(Networks, ARunningContainerJoinsAndLeavesANetwork) {
    output({"network", "create", "--subnet", "10.99.0.0/24", "extra"});
    start("web", {});
    output({"network", "connect", "--ip", "10.99.0.77", "--alias", "www", "extra", "web"});
    EXPECT_THAT(exec("web", {"ip", "addr", "show", "eth1"}).out, HasSubstr("10.99.0.77/24"));
    EXPECT_EQ(
        docker({"run", "--rm", "--network", "extra", "busybox", "ping", "-c", "1", "www"}).status,
        0);
    output({"network", "disconnect", "extra", "web"});
    EXPECT_NE(exec("web", {"ip", "addr", "show", "eth1"}).status, 0);
}

TEST_F(Networks, AnInternalNetworkLeadsNowhere) {
    output({"network", "create", "--internal", "closed"});
    const Outcome routes = docker({"run", "--rm", "--network", "closed", "busybox", "ip", "route"});
    EXPECT_THAT(routes.out, Not(HasSubstr("default")));
}

TEST_F(Networks, ARestartOfTheDaemonCutsNoConnectionAndNamesComeBack) {
    output({"network", "create", "backend"});
    serve("web", {"--network", "backend", "--publish", "8080:80"});
    start("client", {"--network", "backend"});
    const std::string before = daemon.on_its_machine({"ip", "-o", "link"}).out;
    daemon.kill();
    daemon.start();
    EXPECT_EQ(daemon.on_its_machine({"ip", "-o", "link"}).out, before);
    EXPECT_EQ(exec("client", {"wget", "-q", "-O", "-", "web"}).out, "web\n");
    EXPECT_EQ(daemon.on_its_machine({"busybox", "wget", "-q", "-O", "-", "127.0.0.1:8080"}).out,
              "web\n");
    EXPECT_EQ(output({"port", "web"}), "80/tcp -> 0.0.0.0:8080");
}

TEST_F(Networks, ANetworkInUseIsNotRemoved) {
    output({"network", "create", "backend"});
    start("web", {"--network", "backend"});
    const Outcome removal = docker({"network", "rm", "backend"});
    EXPECT_THAT(removal.err, HasSubstr("has active endpoints (name:\"web\""));
    output({"rm", "--force", "web"});
    output({"network", "rm", "backend"});
    EXPECT_THAT(daemon.on_its_machine({"ip", "-o", "link"}).out, Not(HasSubstr("br-")));
}

TEST_F(Networks, AContainerSharesAnothersNetwork) {
    serve("web", {});
    EXPECT_EQ(docker({"run", "--rm", "--network", "container:web", "busybox", "wget", "-q", "-O",
                      "-", "127.0.0.1"})
                  .out,
              "web\n");
}

TEST_F(Networks, ALinkIsANameForAnotherContainer) {
    serve("web", {});
    EXPECT_EQ(
        docker({"run", "--rm", "--link", "web:www", "busybox", "wget", "-q", "-O", "-", "www"}).out,
        "web\n");
    output({"stop", "--time", "0", "web"});
    EXPECT_THAT(docker({"run", "--rm", "--link", "web:www", "busybox", "true"}).err,
                HasSubstr("Cannot link to web"));
}

TEST_F(Networks, ANetworkMayHaveIpv6) {
    output({"network", "create", "--ipv6", "--subnet", "fd00:5::/64", "six"});
    serve("web", {"--network", "six", "--ip6", "fd00:5::9", "--publish", "8080:80"});
    const auto ping = [&](const char* address) {
        return docker({"run", "--rm", "--network", "six", "busybox", "ping6", "-c", "1", address});
    };
    EXPECT_EQ(ping("fd00:5::9").status, 0);
    EXPECT_EQ(ping("web").status, 0);
    EXPECT_THAT(output({"port", "web"}), HasSubstr("[::]:8080"));
}

TEST_F(Networks, AMacvlanIsOnTheWireOfTheHost) {
    EXPECT_EQ(daemon.on_its_machine({"ip", "link", "add", "wire", "up", "type", "bridge"}).status,
              0);
    output({"network", "create", "--driver", "macvlan", "--subnet", "10.96.0.0/24", "--opt",
            "parent=wire", "lan"});
    start("one", {"--network", "lan", "--ip", "10.96.0.10"});
    EXPECT_EQ(
        docker({"run", "--rm", "--network", "lan", "busybox", "ping", "-c", "1", "10.96.0.10"})
            .status,
        0);
}

TEST_F(Networks, BadRequestsAreRefusedInOneLine) {
    const auto refusal = [&](std::vector<std::string> words) {
        const Outcome outcome = docker(std::move(words));
        EXPECT_NE(outcome.status, 0);
        return outcome.err;
    };
    output({"network", "create", "--subnet", "10.98.0.0/24", "n"});
    EXPECT_THAT(refusal({"network", "create", "--subnet", "10.98.0.128/25", "m"}),
                HasSubstr("Pool overlaps with other one on this address space"));
    EXPECT_THAT(refusal({"network", "create", "n"}),
                HasSubstr("network with name n already exists"));
    EXPECT_THAT(refusal({"network", "create", "--driver", "magic", "m"}),
                HasSubstr("plugin \"magic\" not found"));
    EXPECT_THAT(refusal({"network", "rm", "bridge"}), HasSubstr("pre-defined network"));
    EXPECT_THAT(refusal({"network", "inspect", "nope"}), HasSubstr("network nope not found"));
    EXPECT_THAT(refusal({"run", "--network", "n", "--ip", "10.97.0.2", "busybox", "true"}),
                HasSubstr("no configured subnet contains IP address 10.97.0.2"));
    EXPECT_THAT(refusal({"run", "--ip", "172.17.0.9", "busybox", "true"}),
                HasSubstr("user defined networks only"));
}

}  // namespace
}  // namespace minidock::test
