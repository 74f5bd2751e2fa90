// How lists of containers and of images are shown: a table, their ids, or a line each as JSON or
// after a template.
#pragma once

#include <string>
#include <vector>

#include "minidock/base/json.hpp"
#include "minidock/client/command_line.hpp"

namespace minidock::client {

/// One column: its heading, and the field of a row's JSON that it shows.
struct Column {
    std::string heading;
    std::string field;
};

struct ListOptions {
    bool quiet = false;
    bool whole = false;  ///< --no-trunc
    std::string format;
    Arguments filters;

    void add_to(CommandLine& line);
    /// The filters as the API's parameter, escaped: "{"status":["running"]}".
    /// @throws BadParameter for one that is not NAME=VALUE
    [[nodiscard]] std::string filters_parameter() const;
};

/// Prints the rows.
/// @throws BadParameter when the format is none
void print_list(const ListOptions& options, const std::vector<Column>& columns,
                const std::vector<Json>& rows);

/// Prints what `inspect` has found: indented if no format is given, else as JSON on one line or a
/// line each after a template. @throws BadParameter when the format is none
void print_inspected(const std::string& format, const Json& objects);

/// "3 minutes ago", from seconds since 1970.
std::string ago(std::int64_t seconds);
/// "2024-05-01 12:00:00 +0000 UTC", as Go prints a time.
std::string go_time(std::int64_t seconds);

}  // namespace minidock::client
