// Reading JSON documents that somebody else wrote. A complaint names the place in the document:
// "process.args[0]: want a string". See RFC 8259.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace minidock {

using Json = nlohmann::json;

/// Parses a document.
/// @param what names it in the error: "config.json"
/// @throws BadParameter with the place of the fault, or when it lies deeper than 500 levels
Json parse_json(std::string_view text, const std::string& what);

/// Reads and parses a file.
/// @throws SystemError when it cannot be read, BadParameter when it is no JSON
Json read_json_file(const std::string& path);

/// Whether it is the string "". A JSON string's own empty() is always false.
bool is_empty_text(const Json& value);

/// A value inside a document, together with the path that leads to it.
///
/// A member that is null counts as missing, as the Engine API and the OCI documents mean it.
/// The document must outlive its readers.
class JsonReader {
  public:
    explicit JsonReader(const Json& document) : value_{&document} {}

    [[nodiscard]] const Json& json() const noexcept { return *value_; }
    /// "linux.resources.memory"
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// The member `key`, if it is there. @throws BadParameter when this is no object
    [[nodiscard]] std::optional<JsonReader> find(const std::string& key) const;
    /// The member `key`. @throws BadParameter when it is missing
    [[nodiscard]] JsonReader at(const std::string& key) const;
    /// The members of an object in the order of their keys.
    [[nodiscard]] std::vector<std::pair<std::string, JsonReader>> members() const;
    /// The elements of an array.
    [[nodiscard]] std::vector<JsonReader> elements() const;

    /// This value as a type. @throws BadParameter when it is of another type or out of range
    [[nodiscard]] const std::string& string() const;
    [[nodiscard]] bool boolean() const;
    [[nodiscard]] std::int64_t integer() const;
    [[nodiscard]] std::uint64_t natural() const;    ///< 0 to 2^64-1
    [[nodiscard]] std::uint32_t natural32() const;  ///< 0 to 2^32-1: ids, modes
    [[nodiscard]] std::vector<std::string> strings() const;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> string_map() const;

    /// The member `key` as a type, or the fallback where it is missing.
    [[nodiscard]] std::string string_or(const std::string& key, const std::string& fallback) const;
    [[nodiscard]] bool boolean_or(const std::string& key, bool fallback) const;
    [[nodiscard]] std::int64_t integer_or(const std::string& key, std::int64_t fallback) const;
    [[nodiscard]] std::vector<std::string> strings_or_none(const std::string& key) const;

    /// Complains about this value: "PATH: PROBLEM".
    [[noreturn]] void reject(const std::string& problem) const;

  private:
    JsonReader(const Json& value, std::string path) : value_{&value}, path_{std::move(path)} {}

    const Json* value_;
    std::string path_;
};

}  // namespace minidock
