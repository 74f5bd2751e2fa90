#include "minidock/containers/document.hpp"

#include <span>

namespace minidock::containers {
namespace {

enum class Type {
    text,
    boolean,
    integer,
    texts,    ///< a list of strings
    command,  ///< a list of strings, or one string that stands for a list of one
    text_map,
    objects,  ///< a list of objects
    object,
};

struct Field {
    const char* name;
    Type type;
    const char* otherwise;  ///< the JSON that stands for "not said"; nullptr: the field is left out
};

constexpr Field config_fields[] = {
    {"Hostname", Type::text, R"("")"},
    {"Domainname", Type::text, R"("")"},
    {"User", Type::text, R"("")"},
    {"AttachStdin", Type::boolean, "false"},
    {"AttachStdout", Type::boolean, "false"},
    {"AttachStderr", Type::boolean, "false"},
    {"ExposedPorts", Type::object, nullptr},
    {"Tty", Type::boolean, "false"},
    {"OpenStdin", Type::boolean, "false"},
    {"StdinOnce", Type::boolean, "false"},
    {"Env", Type::texts, "[]"},
    {"Cmd", Type::command, "null"},
    {"Healthcheck", Type::object, nullptr},
    {"ArgsEscaped", Type::boolean, nullptr},
    {"Image", Type::text, R"("")"},
    {"Volumes", Type::object, "null"},
    {"WorkingDir", Type::text, R"("")"},
    {"Entrypoint", Type::command, "null"},
    {"NetworkDisabled", Type::boolean, nullptr},
    {"MacAddress", Type::text, nullptr},
    {"OnBuild", Type::texts, "null"},
    {"Labels", Type::text_map, "{}"},
    {"StopSignal", Type::text, nullptr},
    {"StopTimeout", Type::integer, nullptr},
    {"Shell", Type::texts, nullptr},
};

constexpr Field host_config_fields[] = {
    {"Binds", Type::texts, "null"},
    {"ContainerIDFile", Type::text, R"("")"},
    {"LogConfig", Type::object, R"({"Type":"json-file","Config":{}})"},
    {"NetworkMode", Type::text, R"("default")"},
    {"PortBindings", Type::object, "{}"},
    {"RestartPolicy", Type::object, R"({"Name":"no","MaximumRetryCount":0})"},
    {"AutoRemove", Type::boolean, "false"},
    {"VolumeDriver", Type::text, R"("")"},
    {"VolumesFrom", Type::texts, "null"},
    {"Mounts", Type::objects, nullptr},
    {"ConsoleSize", Type::object, "[0,0]"},
    {"Annotations", Type::text_map, nullptr},
    {"CapAdd", Type::texts, "null"},
    {"CapDrop", Type::texts, "null"},
    {"CgroupnsMode", Type::text, R"("")"},
    {"Dns", Type::texts, "[]"},
    {"DnsOptions", Type::texts, "[]"},
    {"DnsSearch", Type::texts, "[]"},
    {"ExtraHosts", Type::texts, "null"},
    {"GroupAdd", Type::texts, "null"},
    {"IpcMode", Type::text, R"("private")"},
    {"Cgroup", Type::text, R"("")"},
    {"Links", Type::texts, "null"},
    {"OomScoreAdj", Type::integer, "0"},
    {"PidMode", Type::text, R"("")"},
    {"Privileged", Type::boolean, "false"},
    {"PublishAllPorts", Type::boolean, "false"},
    {"ReadonlyRootfs", Type::boolean, "false"},
    {"SecurityOpt", Type::texts, "null"},
    {"StorageOpt", Type::text_map, nullptr},
    {"Tmpfs", Type::text_map, nullptr},
    {"UTSMode", Type::text, R"("")"},
    {"UsernsMode", Type::text, R"("")"},
    {"ShmSize", Type::integer, "67108864"},
    {"Sysctls", Type::text_map, nullptr},
    {"Runtime", Type::text, R"("")"},
    {"Isolation", Type::text, R"("")"},
    {"CpuShares", Type::integer, "0"},
    {"Memory", Type::integer, "0"},
    {"NanoCpus", Type::integer, "0"},
    {"CgroupParent", Type::text, R"("")"},
    {"BlkioWeight", Type::integer, "0"},
    {"BlkioWeightDevice", Type::objects, "[]"},
    {"BlkioDeviceReadBps", Type::objects, "[]"},
    {"BlkioDeviceWriteBps", Type::objects, "[]"},
    {"BlkioDeviceReadIOps", Type::objects, "[]"},
    {"BlkioDeviceWriteIOps", Type::objects, "[]"},
    {"CpuPeriod", Type::integer, "0"},
    {"CpuQuota", Type::integer, "0"},
    {"CpuRealtimePeriod", Type::integer, "0"},
    {"CpuRealtimeRuntime", Type::integer, "0"},
    {"CpusetCpus", Type::text, R"("")"},
    {"CpusetMems", Type::text, R"("")"},
    {"Devices", Type::objects, "[]"},
    {"DeviceCgroupRules", Type::texts, "null"},
    {"DeviceRequests", Type::objects, "null"},
    {"MemoryReservation", Type::integer, "0"},
    {"MemorySwap", Type::integer, "0"},
    {"MemorySwappiness", Type::integer, "null"},
    {"OomKillDisable", Type::boolean, "false"},
    {"Init", Type::boolean, nullptr},
    {"PidsLimit", Type::integer, "null"},
    {"Ulimits", Type::objects, "[]"},
    {"CpuCount", Type::integer, "0"},
    {"CpuPercent", Type::integer, "0"},
    {"IOMaximumIOps", Type::integer, "0"},
    {"IOMaximumBandwidth", Type::integer, "0"},
    {"MaskedPaths", Type::texts, nullptr},
    {"ReadonlyPaths", Type::texts, nullptr},
};

void check_objects(const JsonReader& list) {
    for (const JsonReader& element : list.elements())
        (void)element.members();
}

/// @return the value, in the form in which it is kept
Json checked(const JsonReader& value, Type type) {
    switch (type) {
        case Type::text:
            return value.string();
        case Type::boolean:
            return value.boolean();
        case Type::integer:
            return value.integer();
        case Type::texts:
            return value.strings();
        case Type::command:
            if (value.json().is_string()) return Json::array({value.string()});
            return value.strings();
        case Type::text_map:
            (void)value.string_map();
            return value.json();
        case Type::objects:
            check_objects(value);
            return value.json();
        case Type::object:
            if (!value.json().is_structured()) value.reject("want an object");
            return value.json();
    }
    return {};
}

Json complete(const std::optional<JsonReader>& given, std::span<const Field> fields) {
    Json document = Json::object();
    for (const Field& field : fields) {
        const auto value = given ? given->find(field.name) : std::nullopt;
        if (value) {
            document[field.name] = checked(*value, field.type);
        } else if (field.otherwise != nullptr) {
            document[field.name] = Json::parse(field.otherwise);
        }
    }
    return document;
}

void set_where_empty(Json& document, const char* name, Json value) {
    if (is_empty_text(document[name])) document[name] = std::move(value);
}

}  // namespace

Json complete_config(const JsonReader& request) {
    return complete(request, config_fields);
}

Json complete_host_config(const JsonReader& request) {
    Json document = complete(request.find("HostConfig"), host_config_fields);
    // The client sends these empty when its user says nothing.
    set_where_empty(document, "NetworkMode", "default");
    set_where_empty(document, "IpcMode", "private");
    if (document["ShmSize"] == 0) document["ShmSize"] = 67108864;
    set_where_empty(document["LogConfig"], "Type", "json-file");
    set_where_empty(document["RestartPolicy"], "Name", "no");
    return document;
}

}  // namespace minidock::containers
