#include "minidock/containers/network_files.hpp"

#include <fcntl.h>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"

namespace minidock::containers {
namespace {

/// As it is on this machine; empty where it has none.
std::string file_of_host(const char* path) {
    try {
        return read_file(path);
    } catch (const SystemError&) {
        return {};
    }
}

std::string hosts(const Config& config, const HostConfig& host) {
    std::string text = host.network_mode == "host" ? file_of_host("/etc/hosts")
                                                   : "127.0.0.1\tlocalhost\n"
                                                     "::1\tlocalhost ip6-localhost ip6-loopback\n"
                                                     "fe00::\tip6-localnet\n"
                                                     "ff00::\tip6-mcastprefix\n"
                                                     "ff02::1\tip6-allnodes\n"
                                                     "ff02::2\tip6-allrouters\n";
    if (host.network_mode != "host") text += "127.0.0.1\t" + config.hostname + "\n";
    for (const std::string& entry : host.extra_hosts) {
        const std::size_t separator = entry.find_first_of(":=");
        if (separator == std::string::npos) {
            throw BadParameter("bad format for add-host: \"" + entry + "\"");
        }
        text += entry.substr(separator + 1) + "\t" + entry.substr(0, separator) + "\n";
    }
    return text;
}

std::string resolv_conf(const HostConfig& host) {
    if (host.dns.empty() && host.dns_search.empty() && host.dns_options.empty()) {
        return file_of_host("/etc/resolv.conf");
    }
    std::string text;
    for (const std::string& server : host.dns)
        text += "nameserver " + server + "\n";
    const auto line = [&](const char* word, const std::vector<std::string>& values) {
        if (values.empty()) return;
        text += word;
        for (const std::string& value : values)
            text += " " + value;
        text += "\n";
    };
    line("search", host.dns_search);
    line("options", host.dns_options);
    return text;
}

void write_file(const std::string& path, const std::string& text) {
    write_all(open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0644).get(), text, path);
}

}  // namespace

void write_network_files(const std::string& folder, const Config& config, const HostConfig& host) {
    write_file(folder + "/hostname", config.hostname + "\n");
    write_file(folder + "/hosts", hosts(config, host));
    write_file(folder + "/resolv.conf", resolv_conf(host));
}

}  // namespace minidock::containers
