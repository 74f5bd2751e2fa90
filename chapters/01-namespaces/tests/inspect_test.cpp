#include "minidock/namespaces/inspect.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "minidock/base/child.hpp"
#include "minidock/base/error.hpp"

namespace minidock::namespaces {
namespace {

TEST(Inspect, AProcessIsInTheNamespacesThatProcShows) {
    const auto found = namespaces_of(::getpid());
    for (const auto& [kind, id] : found) {
        const std::string link = std::filesystem::read_symlink(namespace_file(::getpid(), kind));
        EXPECT_EQ(link, std::string{proc_name(kind)} + ":[" + std::to_string(id) + "]");
    }
    EXPECT_GE(found.size(), 7U) << "only time namespaces may be missing, before Linux 5.6";
}

TEST(Inspect, AChildSharesWhatWasNotUnshared) {
    const Child child = spawn({.path = "/bin/sleep", .arguments = {"sleep", "10"}});
    EXPECT_EQ(namespaces_of(child.pid()), namespaces_of(::getpid()));
}

TEST(Inspect, AProcessThatIsNotThereIsAnError) {
    constexpr pid_t beyond_every_pid = 1 << 23;  // the kernel's PID_MAX_LIMIT is half of it
    EXPECT_THROW(namespaces_of(beyond_every_pid), SystemError);
}

}  // namespace
}  // namespace minidock::namespaces
