#include "minidock/image/reference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "minidock/base/error.hpp"

namespace minidock::image {
namespace {

const std::string hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

struct Form {
    std::string written;
    std::string normal;
    std::string familiar;
};

class ReferenceForms : public testing::TestWithParam<Form> {};

TEST_P(ReferenceForms, HaveOneNormalAndOneFamiliarForm) {
    const auto& [written, normal, familiar] = GetParam();
    const Reference reference = Reference::parse(written);
    EXPECT_EQ(reference.str(), normal);
    EXPECT_EQ(reference.familiar(), familiar);
    EXPECT_EQ(Reference::parse(normal), reference);
    EXPECT_EQ(Reference::parse(familiar), reference);
}

INSTANTIATE_TEST_SUITE_P(
    All, ReferenceForms,
    testing::Values(
        Form{"busybox", "docker.io/library/busybox", "busybox"},
        Form{"busybox:1.36", "docker.io/library/busybox:1.36", "busybox:1.36"},
        Form{"docker.io/busybox", "docker.io/library/busybox", "busybox"},
        Form{"index.docker.io/library/busybox", "docker.io/library/busybox", "busybox"},
        Form{"library/busybox:x", "docker.io/library/busybox:x", "busybox:x"},
        Form{"user/app", "docker.io/user/app", "user/app"},
        Form{"library/a/b", "docker.io/library/a/b", "library/a/b"},
        Form{"localhost/app", "localhost/app", "localhost/app"},
        Form{"localhost:5000/app:v1", "localhost:5000/app:v1", "localhost:5000/app:v1"},
        Form{"app:5000", "docker.io/library/app:5000", "app:5000"},
        Form{"example.com/a/b/c:T_a.g-1", "example.com/a/b/c:T_a.g-1", "example.com/a/b/c:T_a.g-1"},
        Form{"HOST/app", "HOST/app", "HOST/app"},
        Form{"[fd00::1]:5000/app", "[fd00::1]:5000/app", "[fd00::1]:5000/app"},
        Form{"127.0.0.1:5000/app", "127.0.0.1:5000/app", "127.0.0.1:5000/app"},
        Form{"a.b/app", "a.b/app", "a.b/app"},
        Form{"x-y/a__b/c---d/e.f", "docker.io/x-y/a__b/c---d/e.f", "x-y/a__b/c---d/e.f"},
        Form{"app@sha256:" + hex, "docker.io/library/app@sha256:" + hex, "app@sha256:" + hex},
        Form{"app:v1@sha256:" + hex, "docker.io/library/app:v1@sha256:" + hex,
             "app:v1@sha256:" + hex}));

class WrongReferences : public testing::TestWithParam<std::string> {};

TEST_P(WrongReferences, AreRefusedInDockersWords) {
    try {
        (void)Reference::parse(GetParam());
        FAIL() << "accepted " << GetParam();
    } catch (const BadParameter& error) {
        EXPECT_THAT(error.what(), testing::StartsWith("invalid reference format"));
    }
}

INSTANTIATE_TEST_SUITE_P(All, WrongReferences,
                         testing::Values("", ":", "/", "@", ":tag", "a:", "a::b", "/a", "a/",
                                         "a//b", "Busybox", "user/App", "-a", "a-", "a..b", "a___b",
                                         ".a", "a b", "a\nb", "a:-x", "a:.x", "a@sha256:123",
                                         "a@md5:" + hex, "a.b:c/app", "-host.com/app",
                                         "host..com/app", "a:" + std::string(129, 'x'),
                                         std::string(256, 'a'), hex, "../a", "a/../b",
                                         "a\xc3\xa9"));

TEST(References, WithoutATagMeanLatest) {
    EXPECT_EQ(Reference::parse("a").with_default_tag().familiar(), "a:latest");
    EXPECT_EQ(Reference::parse("a:v1").with_default_tag().familiar(), "a:v1");
    EXPECT_EQ(Reference::parse("a@sha256:" + hex).with_default_tag().familiar(), "a@sha256:" + hex);
}

TEST(References, TakeAnotherTag) {
    EXPECT_EQ(Reference::parse("a:v1").with_tag("v2").familiar(), "a:v2");
    EXPECT_THROW((void)Reference::parse("a").with_tag("not a tag"), BadParameter);
}

}  // namespace
}  // namespace minidock::image
