// Random ids, as containers and networks are called by: 64 hexadecimal digits (256 bits from
// getrandom(2)), of which people type the first few.
#pragma once

#include <string>
#include <string_view>

namespace minidock {

/// 64 fresh random hexadecimal digits.
std::string random_id();

/// Whether `text` is made of hexadecimal digits (lower case) only, and is not empty.
bool is_hex(std::string_view text);

/// The first twelve digits, as shown to people.
std::string short_id(std::string_view id);

/// Bytes as hexadecimal digits.
std::string to_hex(std::string_view bytes);

}  // namespace minidock
