#include "minidock/apps/minirun/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "minidock/base/fd.hpp"
#include "minidock/base/timestamp.hpp"

namespace minidock::minirun {
namespace {

void append(const Log& log, const std::string& level, const std::string& message) {
    const std::string time = to_rfc3339(now());
    const std::string line =
        log.format == "json"
            ? Json{{"level", level}, {"msg", message}, {"time", time}}.dump(
                  -1, ' ', false, Json::error_handler_t::replace)
            : fmt::format("time=\"{}\" level={} msg={}", time, level, Json(message).dump());
    const Fd file = open_file(log.file, O_WRONLY | O_APPEND | O_CREAT, 0644);
    write_all(file.get(), line + "\n", log.file);
}

}  // namespace

void report(const Log& log, const std::string& message) {
    fmt::print(stderr, "minirun: {}\n", message);
    if (log.file.empty()) return;
    try {
        append(log, "error", message);
    } catch (const std::exception& error) {
        fmt::print(stderr, "minirun: {}\n", error.what());
    }
}

void note(const Log& log, const std::string& message) {
    if (!log.debug) return;
    if (log.file.empty()) {
        fmt::print(stderr, "minirun: {}\n", message);
    } else {
        append(log, "debug", message);
    }
}

std::string version() {
    return "minirun version " MINIDOCK_VERSION "\nspec: 1.2.0";
}

void print_table(const std::vector<runtime::Listed>& rows) {
    std::size_t width = 2;
    for (const auto& row : rows)
        width = std::max(width, row.record.id.size());
    fmt::print("{:<{}}  {:<8} {:<9} {:<20} {}\n", "ID", width, "PID", "STATUS", "CREATED",
               "BUNDLE");
    for (const auto& [record, status] : rows) {
        fmt::print("{:<{}}  {:<8} {:<9} {:<20.19} {}\n", record.id, width,
                   status == runtime::Status::stopped ? 0 : record.init.pid, name(status),
                   to_rfc3339(record.created), record.bundle);
    }
}

void print_json(const std::vector<runtime::Listed>& rows) {
    Json list = Json::array();
    for (const auto& [record, status] : rows) {
        Json row = state_document(record, status);
        row["rootfs"] = record.rootfs;
        row["created"] = to_rfc3339(record.created);
        list.push_back(std::move(row));
    }
    std::puts(list.dump().c_str());
}

void print_ids(const std::vector<runtime::Listed>& rows) {
    for (const auto& row : rows)
        std::puts(row.record.id.c_str());
}

}  // namespace minidock::minirun
