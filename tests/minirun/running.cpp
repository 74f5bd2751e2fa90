#include "tests/minirun/running.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

namespace minidock::test {

Running::Running(const std::function<void(Json&)>& change) : bundle{{"sleep", "1000"}} {
    if (change) change(bundle.config);
    start();
}

Running::Running(std::vector<std::string> args) : bundle{std::move(args)} {
    start();
}

void Running::start() {
    const Outcome created = create_bundle(bundle);
    EXPECT_EQ(created.status, 0) << read_file(bundle.file("errors"));
    EXPECT_EQ(minirun(bundle, {"start", "box"}).status, 0);
}

Running::~Running() {
    const Outcome deleted = minirun(bundle, {"delete", "--force", "box"});
    EXPECT_EQ(deleted.status, 0) << deleted.err;
    EXPECT_THAT(leftovers(bundle), testing::IsEmpty());
}

Outcome Running::exec(const std::vector<std::string>& command, std::string input) {
    std::vector<std::string> words{program("minirun"), "--root", bundle.state_root(), "exec",
                                   "box"};
    words.insert(words.end(), command.begin(), command.end());
    return run(words, std::move(input));
}

std::string shown_by(const Fd& master) {
    std::string shown;
    std::array<char, 512> buffer{};
    for (;;) {
        const ssize_t n = ::read(master.get(), buffer.data(), buffer.size());
        if (n <= 0) return shown;  // EIO: the last one who had the terminal open has gone
        shown.append(buffer.data(), static_cast<std::size_t>(n));
    }
}

}  // namespace minidock::test
