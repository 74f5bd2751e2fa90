#include "minidock/cgroups/refusal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "minidock/base/error.hpp"

namespace minidock::cgroups {
namespace {

const Setting limit{Controller::memory, "memory.max", "4096", "a limit"};

template <class Error>
std::string message_of(const std::function<void()>& refuse) {
    try {
        refuse();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(Refusal, NamesControllerFileReasonAndWhatToDo) {
    const std::string message =
        message_of<Unsupported>([] { throw_refusal(limit, "/sys/fs/cgroup/x", EACCES); });
    EXPECT_EQ(message,
              "cannot limit memory: the kernel refuses \"4096\" for /sys/fs/cgroup/x/memory.max: "
              "Permission denied; run the engine as root, or in a group that is its own (systemd: "
              "Delegate=yes)");
}

TEST(Refusal, AValueThatTheKernelDoesNotTakeIsTheCallersMistake) {
    for (const int error : {EINVAL, ERANGE}) {
        EXPECT_THROW(throw_refusal(limit, "/x", error), BadParameter);
    }
}

TEST(Refusal, ALimitBelowWhatIsUsedIsAConflict) {
    EXPECT_THROW(throw_refusal(limit, "/x", EBUSY), Conflict);
}

TEST(Refusal, AFileThatIsMissingIsNotSupported) {
    EXPECT_THROW(throw_refusal(limit, "/x", ENOENT), Unsupported);
}

TEST(Refusal, AGroupWithProcessesCannotHandDown) {
    const std::string message = message_of<Conflict>(
        [] { throw_not_enabled(Controller::memory, "/sys/fs/cgroup/a", EBUSY); });
    EXPECT_THAT(message, testing::HasSubstr("cannot have the memory controller"));
    EXPECT_THAT(message, testing::HasSubstr("/sys/fs/cgroup/a/cgroup.subtree_control"));
    EXPECT_THAT(message, testing::HasSubstr("holds processes itself"));
}

}  // namespace
}  // namespace minidock::cgroups
