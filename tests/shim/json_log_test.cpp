// The log's lines, byte by byte.
#include "minidock/shim/json_log.hpp"

#include <gtest/gtest.h>

#include "minidock/base/json.hpp"
#include "minidock/base/temp_dir.hpp"

namespace minidock::shim {
namespace {

class LogTest : public testing::Test {
  protected:
    /// What is in the file.
    [[nodiscard]] std::string written() const { return read_file(folder_ / "log"); }
    /// The texts of its entries.
    [[nodiscard]] std::vector<std::string> texts() const {
        std::vector<std::string> found;
        std::string rest = written();
        while (!rest.empty()) {
            const std::size_t end = rest.find('\n');
            found.push_back(parse_json(rest.substr(0, end), "an entry").at("log"));
            rest.erase(0, end + 1);
        }
        return found;
    }
    static Timestamp at(const char* time) { return from_rfc3339(time).value(); }

  private:
    TempDir folder_;

  protected:
    JsonLog log{folder_ / "log", {}};
    const Timestamp noon = at("2024-05-01T12:00:00Z");
};

TEST_F(LogTest, ALineIsAnEntry) {
    log.add(Stream::output, "one\ntwo\n", noon);
    EXPECT_EQ(written(), R"({"log":"one\n","stream":"stdout","time":"2024-05-01T12:00:00Z"})"
                         "\n"
                         R"({"log":"two\n","stream":"stdout","time":"2024-05-01T12:00:00Z"})"
                         "\n");
}

TEST_F(LogTest, ALineThatComesInPartsIsOneEntryWithTheTimeOfItsBeginning) {
    log.add(Stream::output, "hel", noon);
    EXPECT_EQ(written(), "");
    log.add(Stream::output, "lo\nnext\n", at("2024-05-01T12:00:07Z"));
    EXPECT_EQ(written(), R"({"log":"hello\n","stream":"stdout","time":"2024-05-01T12:00:00Z"})"
                         "\n"
                         R"({"log":"next\n","stream":"stdout","time":"2024-05-01T12:00:07Z"})"
                         "\n");
}

TEST_F(LogTest, TheTwoStreamsDoNotMixWithinALine) {
    log.add(Stream::output, "out", noon);
    log.add(Stream::errors, "err\n", noon);
    log.add(Stream::output, "put\n", noon);
    EXPECT_EQ(texts(), (std::vector<std::string>{"err\n", "output\n"}));
}

TEST_F(LogTest, ALongLineIsLoggedInPieces) {
    const std::string piece(JsonLog::longest_piece, 'x');
    log.add(Stream::output, piece + piece + "end\n", noon);
    EXPECT_EQ(texts(), (std::vector<std::string>{piece, piece, "end\n"}));
}

TEST_F(LogTest, WhatHasNoEndIsLoggedAtTheEnd) {
    log.add(Stream::output, "one\nno end", noon);
    EXPECT_EQ(texts(), (std::vector<std::string>{"one\n"}));
    log.finish();
    EXPECT_EQ(texts(), (std::vector<std::string>{"one\n", "no end"}));
}

}  // namespace
}  // namespace minidock::shim
