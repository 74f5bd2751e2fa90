#include "minidock/registry/endpoint.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"

namespace minidock::registry {
namespace {

void write(const std::string& path, const std::string& content) {
    std::filesystem::create_directories(std::filesystem::path{path}.parent_path());
    write_all(open_file(path, O_WRONLY | O_CREAT, 0644).get(), content, path);
}

TEST(Endpoints, OfThisMachineMayBeInsecure) {
    for (const char* host :
         {"localhost", "localhost:5000", "127.0.0.1:5000", "127.8.9.1", "[::1]:5000"})
        EXPECT_TRUE(is_insecure(host, {})) << host;
    for (const char* host :
         {"docker.io", "10.0.0.1:5000", "localhost.example.com", "128.0.0.1", "[fd00::1]:5000"})
        EXPECT_FALSE(is_insecure(host, {})) << host;
}

TEST(Endpoints, AreInsecureWhereTheUserSaysSo) {
    const Settings settings{
        .insecure_registries = {"a.example.com:5000", "b.example.com", "10.1.0.0/16", "fd00::/8"}};
    for (const char* host : {"a.example.com:5000", "b.example.com", "b.example.com:443",
                             "10.1.255.1:5000", "[fd12::1]:5000"})
        EXPECT_TRUE(is_insecure(host, settings)) << host;
    for (const char* host : {"a.example.com", "a.example.com:5001", "10.2.0.1", "[fe00::1]"})
        EXPECT_FALSE(is_insecure(host, settings)) << host;
}

TEST(Endpoints, OfTheHubHaveAnotherHostAndMirrorsBefore) {
    const Settings settings{.mirrors = {"http://localhost:5001/", "https://m.example.com"}};
    const auto endpoints = endpoints_to_pull("docker.io", settings);
    ASSERT_EQ(endpoints.size(), 3U);
    EXPECT_EQ(endpoints[0].url, "http://localhost:5001");
    EXPECT_EQ(endpoints[1].url, "https://m.example.com");
    EXPECT_TRUE(endpoints[1].mirror);
    EXPECT_EQ(endpoints[2].url, "https://registry-1.docker.io");
    EXPECT_FALSE(endpoints[2].mirror);
    EXPECT_TRUE(endpoints[2].tls.verify);
    EXPECT_EQ(endpoints_to_pull("localhost:5000", settings).size(), 1U);
    EXPECT_FALSE(endpoint_of("docker.io", settings).mirror);
}

TEST(Endpoints, AreCheckedWhereAnAuthorityIsGiven) {
    const TempDir folder;
    write(folder / "localhost:5000/ca.crt", "AUTHORITY");
    write(folder / "localhost:5000/client.cert", "certificate");
    write(folder / "localhost:5000/client.key", "key");
    write(folder / "localhost:5000/alone.cert", "has no key");
    const Settings settings{.certificates = folder.path()};
    const Endpoint endpoint = endpoint_of("localhost:5000", settings);
    EXPECT_FALSE(endpoint.insecure);
    EXPECT_TRUE(endpoint.tls.verify);
    EXPECT_EQ(endpoint.tls.authorities, "AUTHORITY\n");
    EXPECT_EQ(endpoint.tls.certificate, folder / "localhost:5000/client.cert");
    EXPECT_EQ(endpoint.tls.key, folder / "localhost:5000/client.key");
    EXPECT_TRUE(endpoint_of("localhost:5001", settings).insecure);
}

TEST(Urls, AreOfOneOriginWhenSchemeHostAndPortAre) {
    const Url url = Url::parse("https://r.example.com/v2/");
    EXPECT_TRUE(url.same_origin(Url::parse("https://r.example.com:443/other?x=y")));
    EXPECT_FALSE(url.same_origin(Url::parse("http://r.example.com/v2/")));
    EXPECT_FALSE(url.same_origin(Url::parse("https://r.example.com:444/v2/")));
    EXPECT_FALSE(url.same_origin(Url::parse("https://r.example.com.evil.org/v2/")));
}

TEST(Urls, AreResolvedAgainstThePlaceWhereTheyStand) {
    const Url url = Url::parse("http://localhost:5000/v2/a/blobs/uploads/?mount=x");
    EXPECT_EQ(url.resolve("/v2/a/blobs/uploads/1?_state=y").with_query("digest", "sha256:0").str(),
              "http://localhost:5000/v2/a/blobs/uploads/1?_state=y&digest=sha256%3A0");
    EXPECT_EQ(url.resolve("https://cdn.example.com/x").str(), "https://cdn.example.com/x");
    EXPECT_ANY_THROW((void)url.resolve("file:///etc/passwd"));
    EXPECT_ANY_THROW(Url::parse("ftp://example.com/"));
}

}  // namespace
}  // namespace minidock::registry
