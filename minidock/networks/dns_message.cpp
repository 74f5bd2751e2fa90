#include "minidock/networks/dns_message.hpp"

#include <algorithm>
#include <cctype>

namespace minidock::networks::dns {
namespace {

constexpr std::size_t header_size = 12;
constexpr std::uint16_t class_in = 1;
constexpr std::uint16_t type_opt = 41;
constexpr std::uint32_t time_to_live = 600;  // seconds, as Docker's server says
constexpr std::size_t most_edns_bytes = 4096;

constexpr std::uint16_t flag_response = 0x8000;
constexpr std::uint16_t flag_recursion_desired = 0x0100;
constexpr std::uint16_t flag_recursion_available = 0x0080;
constexpr std::uint16_t flag_truncated = 0x0200;
constexpr std::uint16_t mask_opcode = 0x7800;

std::uint16_t number(std::string_view message, std::size_t at) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(message[at]) << 8 |
                                      static_cast<unsigned char>(message[at + 1]));
}

void put16(std::string& out, std::size_t value) {
    out += static_cast<char>(value >> 8 & 0xFF);
    out += static_cast<char>(value & 0xFF);
}

void put32(std::string& out, std::uint32_t value) {
    put16(out, value >> 16);
    put16(out, value & 0xFFFF);
}

/// Reads the labels of a name. A question has no pointers in it: it is the first name there is.
/// @return where it ends; 0 when it is none
[[maybe_unused]] std::size_t read_name(std::string_view message, std::size_t at,
                                       std::string& name) {
    while (at < message.size()) {
        const auto length = static_cast<unsigned char>(message[at]);
        ++at;
        if (length == 0) return at;
        if (length > 63 || at + length > message.size() || name.size() + length > 254) return 0;
        if (!name.empty()) name += '.';
        name += message.substr(at, length);
        at += length;
    }
    return 0;
}

std::string encoded_name(const std::string& name) {
    std::string out;
    for (std::size_t start = 0; start < name.size();) {
        const std::size_t end = std::min(name.find('.', start), name.size());
        const std::size_t length = std::min<std::size_t>(end - start, 63);
        out += static_cast<char>(length);
        out += name.substr(start, length);
        start = end + 1;
    }
    return out + '\0';
}

/// EDNS: one record "OPT" of the name ".", whose class is the size that the asker takes.
[[maybe_unused]] void look_for_edns(std::string_view message, Question& question) {
    const std::size_t additional = number(message, 10);
    if (number(message, 6) != 0 || number(message, 8) != 0 || additional != 1) return;
    const std::size_t at = question.end;
    if (at + 11 > message.size() || message[at] != 0 || number(message, at + 1) != type_opt) return;
    question.extended = true;
    question.most_bytes =
        std::clamp<std::size_t>(number(message, at + 3), question.most_bytes, most_edns_bytes);
}

std::string header(std::string_view query, const Question& question, std::size_t records,
                   Status status) {
    std::string out;
    put16(out, question.id);
    put16(out, static_cast<std::size_t>(flag_response) | flag_recursion_available |
                   (question.recursion_desired ? flag_recursion_desired : 0) |
                   static_cast<std::size_t>(status));
    put16(out, 1);
    put16(out, records);
    put16(out, 0);
    put16(out, question.extended ? 1 : 0);
    out += query.substr(header_size, question.end - header_size);
    return out;
}

void put_record(std::string& out, std::uint16_t type, std::string_view data) {
    put16(out, 0xC000 | header_size);  // the name: a pointer to the question's
    put16(out, type);
    put16(out, class_in);
    put32(out, time_to_live);
    put16(out, data.size());
    out += data;
}

std::string finished(std::string out, const Question& question) {
    if (question.extended) {
        out += '\0';
        put16(out, type_opt);
        put16(out, most_edns_bytes);
        put32(out, 0);
        put16(out, 0);
    }
    return out;
}

}  // namespace

// [parse-question]
std::optional<Question> parse_question(std::string_view message) {
    // lab 10.3: the header is 12 bytes; it must be a query (no response, opcode 0) with one
    // question. Then come the name (labels, read_name), the type, and the class, which must be IN.
    if (message.size() < header_size) return std::nullopt;
    const std::uint16_t flags = number(message, 2);
    if ((flags & (flag_response | mask_opcode)) != 0 || number(message, 4) != 1)
        return std::nullopt;
    Question question{.id = number(message, 0),
                      .recursion_desired = (flags & flag_recursion_desired) != 0};
    const std::size_t end = read_name(message, header_size, question.name);
    if (end == 0 || end + 4 > message.size() || number(message, end + 2) != class_in)
        return std::nullopt;
    std::transform(question.name.begin(), question.name.end(), question.name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    question.type = number(message, end);
    question.end = end + 4;
    look_for_edns(message, question);
    return question;
    // end lab
}
// [/parse-question]

std::string answer(std::string_view query, const Question& question,
                   const std::vector<IpAddress>& addresses) {
    std::string records;
    std::size_t count = 0;
    bool truncated = false;
    for (const IpAddress& address : addresses) {
        if (address.empty() || address.is_v6() != (question.type == type_aaaa)) continue;
        // Behind the question there is room for the other records and one of EDNS.
        truncated = question.end + records.size() + 40 > question.most_bytes;
        if (truncated) break;
        put_record(records, question.type,
                   {static_cast<const char*>(address.data()), address.size()});
        ++count;
    }
    std::string out = header(query, question, count, Status::no_error) + records;
    if (truncated) out[2] = static_cast<char>(out[2] | flag_truncated >> 8);  // ask by TCP
    return finished(std::move(out), question);
}

std::string name_answer(std::string_view query, const Question& question, const std::string& name) {
    std::string out = header(query, question, 1, Status::no_error);
    put_record(out, type_ptr, encoded_name(name));
    return finished(std::move(out), question);
}

std::string empty_answer(std::string_view query, const Question& question, Status status) {
    return finished(header(query, question, 0, status), question);
}

bool answers(std::string_view reply, std::string_view query, const Question& question) {
    if (reply.size() < question.end || (number(reply, 2) & flag_response) == 0) return false;
    return reply.substr(0, 2) == query.substr(0, 2) &&
           reply.substr(header_size, question.end - header_size) ==
               query.substr(header_size, question.end - header_size);
}

void set_id(std::string& message, std::uint16_t id) {
    message[0] = static_cast<char>(id >> 8);
    message[1] = static_cast<char>(id & 0xFF);
}

}  // namespace minidock::networks::dns
