#include <gtest/gtest.h>

#include "minidock/networks/dns_message.hpp"

namespace minidock::networks::dns {
namespace {

using namespace std::string_literals;

/// A query for the IPv4 addresses of "Web.Example".
std::string query(const std::string& counts = "\0\1\0\0\0\0\0\0"s) {
    return "\x12\x34\1\0"s + counts + "\3Web\7Example\0\0\1\0\1"s;
}

TEST(Questions, AreRead) {
    const auto question = parse_question(query());
    ASSERT_TRUE(question);
    EXPECT_EQ(question->id, 0x1234);
    EXPECT_EQ(question->name, "web.example");
    EXPECT_EQ(question->type, type_a);
    EXPECT_TRUE(question->recursion_desired);
    EXPECT_FALSE(question->extended);
}

TEST(Questions, MayBeExtended) {
    const std::string message =
        query("\0\1\0\0\0\0\0\1"s) + "\0\0\x29\x05\xdc\0\0\0\0\0\0"s;  // OPT, 1500 bytes
    const auto question = parse_question(message);
    ASSERT_TRUE(question);
    EXPECT_TRUE(question->extended);
    EXPECT_EQ(question->most_bytes, 1500U);
}

TEST(Questions, ThatAreCutOffOrNoneAreNotRead) {
    const std::string whole = query();
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(parse_question(whole.substr(0, size))) << size << " bytes";
    EXPECT_FALSE(parse_question(query("\0\2\0\0\0\0\0\0"s))) << "two questions";
    std::string response = whole;
    response[2] = '\x81';
    EXPECT_FALSE(parse_question(response));
    std::string pointer = whole;
    pointer[12] = '\xc0';
    EXPECT_FALSE(parse_question(pointer)) << "a name that points at itself";
}

TEST(Answers, HaveTheAddressesOfTheAskedFamily) {
    const std::string asked = query();
    const auto question = parse_question(asked);
    const std::string reply =
        answer(asked, *question, {IpAddress::parse("10.0.0.7"), IpAddress::parse("fd00::7")});
    EXPECT_TRUE(answers(reply, asked, *question));
    EXPECT_EQ(reply.substr(6, 2), "\0\1"s) << "one record";
    EXPECT_TRUE(reply.ends_with("\xc0\x0c\0\1\0\1\0\0\x02\x58\0\4\x0a\0\0\7"s));
}

TEST(Answers, ToOtherQuestionsAreToldApart) {
    const std::string asked = query();
    const auto question = parse_question(asked);
    std::string reply = empty_answer(asked, *question, Status::no_such_name);
    EXPECT_EQ(reply[3] & 0xF, 3);
    reply[0] = 'x';
    EXPECT_FALSE(answers(reply, asked, *question)) << "another id";
    EXPECT_FALSE(answers(asked, asked, *question)) << "the question itself";
}

}  // namespace
}  // namespace minidock::networks::dns
