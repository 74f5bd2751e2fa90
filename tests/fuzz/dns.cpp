// A question to the name server, and the answers made of it.
#include "minidock/networks/dns_message.hpp"
#include "tests/fuzz/target.hpp"

void minidock::fuzz::read(std::string_view input) {
    using namespace networks;
    const auto question = dns::parse_question(input);
    if (!question) return;
    const std::vector<IpAddress> addresses{IpAddress::parse("192.0.2.1"),
                                           IpAddress::parse("2001:db8::1")};
    const std::string answer = dns::answer(input, *question, addresses);
    (void)dns::name_answer(input, *question, "web.backend");
    (void)dns::empty_answer(input, *question, dns::Status::refused);
    (void)dns::answers(answer, input, *question);
}
