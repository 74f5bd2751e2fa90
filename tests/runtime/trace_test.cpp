// `--explain` against strace(1): what the one shows, the other has seen, call for call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "minidock/base/fd.hpp"
#include "tests/minirun/minirun.hpp"

namespace minidock::test {
namespace {

/// The calls that belong in the trace: all those that change what a process is, sees or may do.
const std::string traced_calls =
    "clone3,unshare,setns,mount,umount2,pivot_root,chroot,chdir,fchdir,open_tree,move_mount,"
    "mount_setattr,fsopen,fsconfig,fsmount,mkdirat,unlinkat,mknodat,symlinkat,fchownat,sethostname,"
    "setdomainname,setresuid,setresgid,setgroups,capset,prlimit64,prctl,umask,setsid,keyctl,"
    "close_range,bpf,seccomp,ioctl,execve";

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

/// What two witnesses saw of one `minirun run`: the trace itself, and strace(1).
struct Seen {
    std::vector<std::string> by_us;
    std::vector<std::string> by_strace;
};

Seen watch(Bundle& bundle, const std::string& calls) {
    const std::string ours = bundle.file("explained");
    const std::string theirs = bundle.file("strace");
    const Outcome outcome =
        run({"sh", "-c",
             "exec strace -f -y -qq -o " + theirs + " -e trace=" + calls + " " +
                 program("minirun") + " --root " + bundle.state_root() +
                 " --explain-fd 9 run --bundle " + bundle.path() + " box 9> " + ours});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return {lines_of(read_file(ours)), lines_of(read_file(theirs))};
}

/// How often each call occurs. Both witnesses begin a line with who calls.
std::map<std::string, int> count_calls(const std::vector<std::string>& lines) {
    static const std::regex form{R"(^\w+ +(\w+)\()"};
    std::map<std::string, int> counts;
    for (const std::string& line : lines) {
        std::smatch match;
        if (std::regex_search(line, match, form)) ++counts[match[1]];
    }
    return counts;
}

/// Calls that only look, and minirun's own book-keeping, make no container.
bool makes_the_container(const std::string& line, Bundle& bundle) {
    static const std::regex looks{
        R"(PR_CAPBSET_READ|PR_[GS]ET_NAME|TCGETS|seccomp\(.*NULL\)|SECCOMP_GET|prlimit64\(0, \w+, NULL, )"};
    // minirun's start by itself, from the protected file, has the state folder in its words.
    const bool is_ours = line.find(bundle.state_root()) != std::string::npos &&
                         line.find("execve(\"/proc/self/fd/") == std::string::npos;
    return !std::regex_search(line, looks) && !is_ours;
}

TEST(Explain, ShowsEveryCallThatStraceSeesAndNoOther) {
    Bundle bundle{{"/bin/true"}};
    bundle.config["linux"]["resources"]["pids"] = {{"limit", 100}};
    bundle.config["linux"]["seccomp"] = {
        {"defaultAction", "SCMP_ACT_ALLOW"},
        {"syscalls", {{{"names", {"swapon"}}, {"action", "SCMP_ACT_ERRNO"}}}}};
    Seen seen = watch(bundle, traced_calls);
    std::erase_if(seen.by_strace,
                  [&](const std::string& line) { return !makes_the_container(line, bundle); });

    std::map<std::string, int> ours = count_calls(seen.by_us);
    const std::map<std::string, int> theirs = count_calls(seen.by_strace);
    ours.erase("write");  // the next test's
    EXPECT_EQ(ours, theirs);
    EXPECT_EQ(ours.at("clone3"), 1);
    EXPECT_EQ(ours.at("pivot_root"), 1);
}

TEST(Explain, ShowsEveryWriteToTheKernelsFiles) {
    Bundle bundle{{"/bin/true"}};
    bundle.config["linux"]["resources"]["pids"] = {{"limit", 77}};
    bundle.config["linux"]["sysctl"] = {{"kernel.msgmax", "12345"}};
    bundle.config["process"]["oomScoreAdj"] = 100;
    const Seen seen = watch(bundle, "write");

    static const std::regex form{
        R"(^\w+ +write\(\d+<(/sys/fs/cgroup[^>]*|/proc[^>]*)>, "(.*)\", )"};
    const auto writes_in = [](const std::vector<std::string>& lines) {
        std::multiset<std::string> writes;
        for (const std::string& line : lines) {
            std::smatch match;
            if (std::regex_search(line, match, form)) {
                writes.insert(match[1].str() + " " + match[2].str());
            }
        }
        return writes;
    };
    const auto explained = writes_in(seen.by_us);
    EXPECT_EQ(explained, writes_in(seen.by_strace));
    EXPECT_GE(explained.size(), 3U);
}

TEST(Explain, SaysWhyAndInWhichChapterForEachCall) {
    Bundle bundle{{"/bin/true"}};
    const Outcome outcome = minirun(bundle, {"--explain", "run", "--bundle", bundle.path(), "box"});
    std::istringstream lines{outcome.err};
    std::string call;
    int calls = 0;
    static const std::regex why_form{R"(^ +· chapter 0[0-5]: .+$)"};
    while (std::getline(lines, call)) {
        std::string why;
        ASSERT_TRUE(std::getline(lines, why)) << call;
        EXPECT_TRUE(std::regex_match(why, why_form)) << call << "\n" << why;
        ++calls;
    }
    EXPECT_GT(calls, 50);
}

TEST(Explain, IsSilentUnlessItIsAskedFor) {
    Bundle bundle{{"/bin/true"}};
    EXPECT_EQ(run_bundle(bundle).err, "");
}

}  // namespace
}  // namespace minidock::test
