#include "minidock/client/listing.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cctype>
#include <chrono>

#include "minidock/base/duration_text.hpp"
#include "minidock/client/template.hpp"
#include "minidock/client/text.hpp"
#include "minidock/http/query.hpp"

namespace minidock::client {

void ListOptions::add_to(CommandLine& line) {
    CLI::App& app = line.app();
    app.add_flag("-q,--quiet", quiet, "Only display IDs");
    app.add_flag("--no-trunc", whole, "Don't truncate output");
    app.add_option("--format", format, "Format output: 'table', 'json', or a template");
    line.add_list("-f,--filter", filters, "Filter output based on conditions provided");
}

std::string ListOptions::filters_parameter() const {
    Json all = Json::object();
    for (const std::string& filter : filters) {
        const std::size_t equals = filter.find('=');
        if (equals == std::string::npos)
            throw BadParameter("invalid filter '" + filter + "': want NAME=VALUE");
        all[filter.substr(0, equals)].push_back(filter.substr(equals + 1));
    }
    return http::percent_encode(all.dump());
}

namespace {

Table table_of(const std::vector<Column>& columns, const std::vector<Json>& rows) {
    std::vector<std::string> headings;
    for (const Column& column : columns)
        headings.push_back(column.heading);
    Table table{std::move(headings)};
    for (const Json& row : rows) {
        std::vector<std::string> cells;
        for (const Column& column : columns)
            cells.push_back(row.at(column.field).get<std::string>());
        table.add(std::move(cells));
    }
    return table;
}

/// Shells hand \t and \n on as they are typed.
std::string with_tabs_and_lines(std::string text) {
    for (const auto& [typed, meant] : {std::pair{"\\t", "\t"}, std::pair{"\\n", "\n"}}) {
        for (std::size_t at = 0; (at = text.find(typed, at)) != std::string::npos;)
            text.replace(at, 2, meant);
    }
    return text;
}

/// What stands above each field in a table after a template: its column's heading, or its name:
/// "CREATED AT" for CreatedAt.
Json headings_of(const std::vector<Column>& columns, const Json& row) {
    Json headings = Json::object();
    for (const auto& [field, value] : row.items()) {
        std::string heading;
        char before = 'A';
        for (const char c : field) {
            if (std::isupper(c) != 0 && std::islower(before) != 0) heading += ' ';
            heading += static_cast<char>(std::toupper(c));
            before = c;
        }
        headings[field] = heading;
    }
    for (const Column& column : columns)
        headings[column.field] = column.heading;
    return headings;
}

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells{""};
    for (const char c : line) {
        if (c == '\t')
            cells.emplace_back();
        else
            cells.back() += c;
    }
    return cells;
}

/// "table {{.ID}}\t{{.Names}}"
Table table_by(const std::string& text, const std::vector<Column>& columns,
               const std::vector<Json>& rows) {
    Table table{cells_of(
        fill_template(text, headings_of(columns, rows.empty() ? Json::object() : rows.front())))};
    for (const Json& row : rows)
        table.add(cells_of(fill_template(text, row)));
    return table;
}

}  // namespace

void print_list(const ListOptions& options, const std::vector<Column>& columns,
                const std::vector<Json>& rows) {
    constexpr std::string_view as_table = "table ";
    const std::string format = with_tabs_and_lines(options.format);
    if (options.quiet) {
        for (const Json& row : rows)
            fmt::print("{}\n", row.at("ID").get<std::string>());
    } else if (format == "json") {
        for (const Json& row : rows)
            fmt::print("{}\n", row.dump());
    } else if (format.empty() || format == "table") {
        fmt::print("{}", table_of(columns, rows).str());
    } else if (format.starts_with(as_table)) {
        fmt::print("{}", table_by(format.substr(as_table.size()), columns, rows).str());
    } else {
        for (const Json& row : rows)
            fmt::print("{}\n", fill_template(format, row));
    }
}

void print_inspected(const std::string& format, const Json& objects) {
    if (format.empty() || format == "json") {
        fmt::print("{}\n", objects.dump(format.empty() ? 4 : -1));
        return;
    }
    for (const Json& object : objects)
        fmt::print("{}\n", fill_template(format, object));
}

std::string ago(std::int64_t seconds) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto since =
        std::chrono::duration_cast<std::chrono::seconds>(now) - std::chrono::seconds{seconds};
    return human_duration(since) + " ago";
}

std::string go_time(std::int64_t seconds) {
    return fmt::format("{:%Y-%m-%d %H:%M:%S} +0000 UTC", fmt::gmtime(std::time_t{seconds}));
}

}  // namespace minidock::client
