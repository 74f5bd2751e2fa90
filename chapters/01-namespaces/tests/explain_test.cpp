// --explain against strace(1): the same calls in the same order, none missing, none made up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "tests/support/command.hpp"

namespace minidock {
namespace {

/// The calls that belong into the trace, of those that chapter01 makes.
const std::string traced =
    "clone3,unshare,setns,sethostname,mount,umount2,prctl,execve,setresuid,setresgid,setgroups,"
    "write,pidfd_send_signal";

/// Each line's system call: its name and its result's sign are left out, since strace prints some
/// arguments in more detail.
std::vector<std::string> calls_in(const std::string& text, const std::regex& line_of_a_call) {
    std::vector<std::string> calls;
    std::istringstream lines{text};
    std::smatch match;
    for (std::string line; std::getline(lines, line);) {
        if (std::regex_match(line, match, line_of_a_call)) calls.push_back(match[1]);
    }
    return calls;
}

/// What --explain says: "init      sethostname(…".
std::vector<std::string> explained_calls(const std::string& stderr_text) {
    return calls_in(stderr_text, std::regex{R"(\w+ +(\w+)\(.*)"});
}

/// What strace -f -y saw. A write belongs to the trace only when it goes to a file of /proc.
std::vector<std::string> strace_calls(const std::string& file) {
    const std::regex call{R"(\d+ +(?:(?!write)(\w+)\(.*|(write)\(\d+</proc/.*))"};
    std::vector<std::string> calls;
    std::istringstream lines{read_file(file)};
    std::smatch match;
    for (std::string line; std::getline(lines, line);) {
        if (!std::regex_match(line, match, call)) continue;
        calls.push_back(match[1].matched ? match[1] : match[2]);
    }
    return calls;
}

TEST(Explain, ListsExactlyTheCallsThatStraceSees) {
    const TempDir folder;
    const std::string file = folder / "strace";
    for (const char* words :
         {"run --explain --hostname box /bin/true", "run --explain --init /bin/true",
          "run --explain --user-map 0:100000:65536 /bin/true",
          "run --explain --share mount --share pid /bin/true", "enter --explain $$ /bin/true"}) {
        SCOPED_TRACE(words);
        const test::Outcome outcome =
            test::run({"sh", "-c",
                       "strace -f -y -qq -e signal=none -e trace=" + traced + " -o " + file + " " +
                           test::program("chapter01") + " " + words});
        ASSERT_EQ(outcome.status, 0) << outcome.err;
        auto seen = strace_calls(file);
        ASSERT_FALSE(seen.empty());
        seen.erase(seen.begin());  // the execve that started chapter01 itself
        EXPECT_EQ(explained_calls(outcome.err), seen) << outcome.err << read_file(file);
    }
}

}  // namespace
}  // namespace minidock
