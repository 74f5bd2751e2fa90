#include "minidock/runtime/state.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/cgroups/group.hpp"

namespace minidock::runtime {
namespace {

/// Fields of /proc/PID/stat after the program's name, which may itself contain anything.
constexpr std::size_t state_field = 0;        // field 3 of proc_pid_stat(5)
constexpr std::size_t start_time_field = 19;  // field 22

std::vector<std::string> stat_fields(const std::string& stat) {
    std::vector<std::string> fields;
    std::size_t start = stat.rfind(')');
    start = start == std::string::npos ? stat.size() : start + 2;
    while (start < stat.size()) {
        const std::size_t end = std::min(stat.find(' ', start), stat.size());
        fields.push_back(stat.substr(start, end - start));
        start = end + 1;
    }
    return fields;
}

Json to_json(const std::vector<Hook>& hooks) {
    Json list = Json::array();
    for (const Hook& hook : hooks) {
        list.push_back({{"path", hook.path}, {"args", hook.args}, {"env", hook.env}});
        if (hook.timeout) list.back()["timeout"] = hook.timeout->count();
    }
    return list;
}

bool is_missing(const SystemError& error) {
    return error.error() == ENOENT || error.error() == ESRCH;
}

}  // namespace

std::string_view name(Status status) {
    switch (status) {
        case Status::creating:
            return "creating";
        case Status::created:
            return "created";
        case Status::running:
            return "running";
        case Status::paused:
            return "paused";
        case Status::stopped:
            return "stopped";
    }
    return "";
}

std::optional<std::uint64_t> start_time_of(pid_t pid) try {
    const auto fields = stat_fields(read_file("/proc/" + std::to_string(pid) + "/stat"));
    if (fields.size() <= start_time_field) return std::nullopt;
    const std::string& state = fields[state_field];
    if (state == "Z" || state == "X") return std::nullopt;
    return std::stoull(fields[start_time_field]);
} catch (const SystemError& error) {
    if (is_missing(error)) return std::nullopt;
    throw;
}

void check_id(const std::string& id) {
    const auto is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '+' || c == '-' || c == '.';
    };
    if (id.empty() || id.starts_with('.') || id.size() > 255 ||
        !std::ranges::all_of(id, is_allowed)) {
        throw BadParameter("container id \"" + id +
                           "\": want letters, digits and _ + - . (not first)");
    }
}

StateFolder StateFolder::create(const std::string& root, const std::string& id) {
    check_id(id);
    std::filesystem::create_directories(root);
    StateFolder folder{root + "/" + id};
    if (::mkdir(folder.path_.c_str(), 0711) < 0) {
        if (errno == EEXIST) throw Conflict("container \"" + id + "\" exists already");
        throw SystemError("make the folder " + folder.path_);
    }
    return folder;
}

StateFolder StateFolder::open(const std::string& root, const std::string& id) {
    check_id(id);
    StateFolder folder{root + "/" + id};
    if (::access(folder.path_.c_str(), F_OK) < 0) {
        if (errno != ENOENT) throw SystemError("look at the folder " + folder.path_);
        throw NotFound("container \"" + id + "\" does not exist");
    }
    return folder;
}

std::vector<std::string> StateFolder::list(const std::string& root) {
    std::vector<std::string> ids;
    std::error_code none_yet;
    for (const auto& entry : std::filesystem::directory_iterator{root, none_yet})
        if (const std::string name = entry.path().filename(); !name.starts_with('.')) {
            ids.push_back(name);
        }
    std::ranges::sort(ids);
    return ids;
}

void StateFolder::keep_config(const std::string& text) const {
    // Not written atomically: until state.json is there, nobody reads it.
    write_all(open_file(config(), O_WRONLY | O_CREAT | O_TRUNC, 0600).get(), text, config());
}

void StateFolder::save(const Record& record) const {
    const Json document{
        {"id", record.id},
        {"ociVersion", record.oci_version},
        {"bundle", record.bundle},
        {"rootfs", record.rootfs},
        {"cgroupsPath", record.cgroups_path},
        {"scope", record.scope},
        {"pid", record.init.pid},
        {"startTime", record.init.start_time},
        {"created", to_rfc3339(record.created)},
        {"annotations", record.annotations},
        {"hooks",
         {{"poststart", to_json(record.poststart)}, {"poststop", to_json(record.poststop)}}}};
    write_atomically(path_ + "/state.json", document.dump(), Durability::crash);
}

std::optional<Record> StateFolder::load() const try {
    const Json document = read_json_file(path_ + "/state.json");
    const JsonReader reader{document};
    Record record{.id = reader.at("id").string(),
                  .oci_version = reader.at("ociVersion").string(),
                  .bundle = reader.at("bundle").string(),
                  .rootfs = reader.at("rootfs").string(),
                  .cgroups_path = reader.at("cgroupsPath").string(),
                  .scope = reader.string_or("scope", ""),
                  .init = {.pid = static_cast<pid_t>(reader.at("pid").integer()),
                           .start_time = reader.at("startTime").natural()},
                  .created = from_rfc3339(reader.at("created").string()).value_or(Timestamp{})};
    for (const auto& [key, value] : reader.at("annotations").string_map())
        record.annotations[key] = value;
    if (const auto hooks = reader.find("hooks")) {
        record.poststart = parse_hook_list(*hooks, "poststart");
        record.poststop = parse_hook_list(*hooks, "poststop");
    }
    return record;
} catch (const SystemError& error) {
    if (error.error() == ENOENT) return std::nullopt;
    throw;
}

Status StateFolder::status(const Record& record) const {
    if (record.init.pid == 0) return Status::creating;
    if (start_time_of(record.init.pid) != record.init.start_time) return Status::stopped;
    if (::access(fifo().c_str(), F_OK) == 0) return Status::created;
    return cgroups::Group::open(record.cgroups_path).frozen() ? Status::paused : Status::running;
}

void StateFolder::remove() const {
    std::filesystem::remove_all(path_);
}

Json state_document(const Record& record, Status status) {
    Json document{{"ociVersion", record.oci_version},
                  {"id", record.id},
                  {"status", name(status)},
                  {"bundle", record.bundle},
                  {"annotations", record.annotations}};
    // "REQUIRED when status is created or running" (runtime.md); a stopped one has none.
    document["pid"] = status == Status::stopped ? 0 : record.init.pid;
    return document;
}

}  // namespace minidock::runtime
