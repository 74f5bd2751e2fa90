// Messages of the domain name system: RFC 1035 section 4 for the format, RFC 6891 for EDNS. Just
// what the embedded server needs: it reads one question and writes an answer of its own, or passes
// the bytes on as they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/networks/address.hpp"

namespace minidock::networks::dns {

constexpr std::uint16_t type_a = 1;
constexpr std::uint16_t type_ptr = 12;
constexpr std::uint16_t type_aaaa = 28;

enum class Status : std::uint8_t {
    no_error = 0,
    server_failure = 2,
    no_such_name = 3,
    refused = 5
};

struct Question {
    std::uint16_t id = 0;
    bool recursion_desired = false;
    std::string name;  ///< in lower case, without the dot at its end: "web"
    std::uint16_t type = 0;
    std::size_t end = 0;           ///< where the question ends in the message
    bool extended = false;         ///< the asker speaks EDNS
    std::size_t most_bytes = 512;  ///< that the asker takes in a datagram
};

/// @return nothing when it is no query with one question of class IN
std::optional<Question> parse_question(std::string_view message);

/// The answer with these addresses, of the asked family.
std::string answer(std::string_view query, const Question& question,
                   const std::vector<IpAddress>& addresses);
/// The answer to a reverse question.
std::string name_answer(std::string_view query, const Question& question, const std::string& name);
/// An answer without records.
std::string empty_answer(std::string_view query, const Question& question, Status status);

/// Whether `reply` answers `query`, which went out under the same id.
bool answers(std::string_view reply, std::string_view query, const Question& question);
/// Puts another id in a message.
void set_id(std::string& message, std::uint16_t id);

}  // namespace minidock::networks::dns
