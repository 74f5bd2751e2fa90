// How the client writes numbers, times and lists for people: as Docker does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace minidock::client {

/// Bytes with three significant digits and powers of 1000: "4.26MB".
std::string human_size(std::uint64_t bytes);
/// The same with four significant digits, as in sums: "1.083GB".
std::string human_decimal_size(std::uint64_t bytes);
/// Bytes with four significant digits and powers of 1024: "23.54GiB".
std::string human_binary_size(std::uint64_t bytes);

/// At most `width` characters, the last of them … when there were more.
std::string shorten(std::string_view text, std::size_t width);
/// In double quotes, with control characters escaped.
std::string in_quotes(std::string_view text);
/// The 12 digits of an id that people see, without "sha256:".
std::string shown_id(std::string_view id);

/// Rows in columns, each as wide as its longest cell and three more.
class Table {
  public:
    explicit Table(std::vector<std::string> headings) { add(std::move(headings)); }
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    [[nodiscard]] std::string str() const;

  private:
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace minidock::client
