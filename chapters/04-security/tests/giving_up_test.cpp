// What a process has left after it has given up powers, as the kernel tells it.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "minidock/base/fd.hpp"
#include "minidock/security/identity.hpp"

namespace minidock::security {
namespace {

/// Fields of /proc/PID/status of a child that has done `step`: "20 21" for two of them.
std::string left_after(const std::function<void()>& step, const std::vector<std::string>& fields) {
    Pipe pipe = Pipe::make();
    const pid_t child = ::fork();
    if (child == 0) {
        std::string answer;
        try {
            step();
            const std::string status = read_file("/proc/self/status");
            for (const std::string& field : fields) {
                const std::size_t at = status.find("\n" + field + ":\t") + field.size() + 3;
                std::string value = status.substr(at, status.find('\n', at) - at);
                value.erase(0, std::min(value.find_first_not_of('0'), value.size() - 1));
                answer += (answer.empty() ? "" : " ") + value.substr(0, value.find_first_of("\t "));
            }
        } catch (const std::exception& error) {
            answer = error.what();
        }
        write_all(pipe.write_end.get(), answer, "the answer");
        ::_exit(0);
    }
    pipe.write_end.reset();
    std::string answer = read_all(pipe.read_end.get(), "the answer");
    ::waitpid(child, nullptr, 0);
    return answer;
}

const CapabilitySet kill_ = capability_set({"CAP_KILL"});    // 0x20
const CapabilitySet chown_ = capability_set({"CAP_CHOWN"});  // 0x1

TEST(GivingUp, TheBoundingSetKeepsWhatItIsTold) {
    EXPECT_EQ(left_after([] { limit_bounding_set(kill_ | chown_); }, {"CapBnd"}), "21");
    const auto twice = [] {
        limit_bounding_set(kill_ | chown_);
        limit_bounding_set(kill_);
    };
    EXPECT_EQ(left_after(twice, {"CapBnd"}), "20");
}

TEST(GivingUp, TheOtherSetsAreThoseAskedFor) {
    const auto step = [] {
        set_capabilities({.bounding = 0,
                          .effective = kill_,
                          .permitted = kill_ | chown_,
                          .inheritable = kill_,
                          .ambient = kill_ | chown_});
    };
    EXPECT_EQ(left_after(step, {"CapEff", "CapPrm", "CapInh", "CapAmb"}), "20 21 20 20");
}

TEST(GivingUp, PowersOutliveTheChangeOfUserAndNothingElseDoes) {
    const auto step = [] {
        assume({.user = {.uid = 1000, .gid = 1001, .additional_gids = {1002}},
                .capabilities = Capabilities{.bounding = kill_,
                                             .effective = kill_,
                                             .permitted = kill_,
                                             .inheritable = 0,
                                             .ambient = 0}});
    };
    EXPECT_EQ(left_after(step, {"Uid", "Gid", "Groups", "CapBnd", "CapPrm", "CapEff"}),
              "1000 1001 1002 20 20 20");
}

}  // namespace
}  // namespace minidock::security
