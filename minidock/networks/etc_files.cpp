#include "minidock/networks/etc_files.hpp"

#include <fcntl.h>

#include <sstream>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/words.hpp"

namespace minidock::networks {
namespace {

/// Where a machine without name servers (or with none that a container can reach) asks, as Docker.
constexpr const char* fallback_servers[] = {"8.8.8.8", "8.8.4.4"};

bool is_loopback(const std::string& text) {
    try {
        return IpAddress::parse(text.substr(0, text.find('%'))).is_loopback();
    } catch (const BadParameter&) {
        return false;
    }
}

std::string line(const char* word, const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values)
        text += " " + value;
    return text.empty() ? text : word + text + "\n";
}

}  // namespace

std::string hosts_text(const std::vector<HostsEntry>& own,
                       const std::vector<std::string>& extra_hosts, const IpAddress& gateway) {
    std::string text =
        "127.0.0.1\tlocalhost\n"
        "::1\tlocalhost ip6-localhost ip6-loopback\n"
        "fe00::\tip6-localnet\n"
        "ff00::\tip6-mcastprefix\n"
        "ff02::1\tip6-allnodes\n"
        "ff02::2\tip6-allrouters\n";
    for (const std::string& entry : extra_hosts) {
        const std::size_t separator = entry.find_first_of(":=");
        if (separator == std::string::npos || separator == 0)
            throw BadParameter("bad format for add-host: \"" + entry + "\"");
        std::string address = entry.substr(separator + 1);
        if (address == "host-gateway") {
            if (gateway.empty())
                throw BadParameter("unable to derive the IP value for host-gateway");
            address = gateway.str();
        }
        if (address.starts_with('[') && address.ends_with(']'))
            address = address.substr(1, address.size() - 2);
        text += IpAddress::parse(address).str() + "\t" + entry.substr(0, separator) + "\n";
    }
    for (const HostsEntry& entry : own)
        text += entry.address.str() + "\t" + entry.names + "\n";
    return text;
}

HostResolver read_host_resolver() {
    HostResolver resolver;
    std::string text;
    try {
        text = read_file("/etc/resolv.conf");
    } catch (const SystemError&) {
        // No file: the fallback below.
    }
    std::istringstream lines{text};
    for (std::string one; std::getline(lines, one);) {
        std::vector<std::string> words = words_of(one);
        if (words.size() < 2) continue;
        if (words[0] == "nameserver") {
            (is_loopback(words[1]) ? resolver.loopback_servers : resolver.servers)
                .push_back(words[1]);
        } else if (words[0] == "search" || words[0] == "domain") {
            resolver.search.assign(words.begin() + 1, words.end());
        } else if (words[0] == "options") {
            resolver.options.insert(resolver.options.end(), words.begin() + 1, words.end());
        }
    }
    return resolver;
}

std::string resolv_conf_text(const containers::HostConfig& host, bool embedded) {
    const HostResolver resolver = read_host_resolver();
    std::string text;
    std::vector<std::string> servers = host.dns.empty() ? resolver.servers : host.dns;
    if (embedded) servers = {name_server_address};
    if (servers.empty()) servers.assign(std::begin(fallback_servers), std::end(fallback_servers));
    for (const std::string& server : servers)
        text += "nameserver " + server + "\n";
    std::vector<std::string> search = host.dns_search.empty() ? resolver.search : host.dns_search;
    if (search == std::vector<std::string>{"."}) search.clear();
    text += line("search", search);
    std::vector<std::string> options =
        host.dns_options.empty() ? resolver.options : host.dns_options;
    if (embedded) options.emplace_back("ndots:0");
    return text + line("options", options);
}

std::vector<IpAddress> upstream_servers(const containers::HostConfig& host) {
    std::vector<IpAddress> servers;
    const auto add = [&](const std::string& text) {
        try {
            servers.push_back(IpAddress::parse(text));
        } catch (const BadParameter&) {
            // A link-local address with a zone: not to be reached from here.
        }
    };
    const HostResolver resolver = read_host_resolver();
    for (const std::string& server : host.dns.empty() ? resolver.servers : host.dns)
        add(server);
    // The daemon asks from the host's network, where the host's loopback is reached.
    if (host.dns.empty()) {
        for (const std::string& server : resolver.loopback_servers)
            add(server);
    }
    if (servers.empty()) {
        for (const char* server : fallback_servers)
            add(server);
    }
    return servers;
}

void write_in_place(const std::string& path, const std::string& text) {
    write_all(open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0644).get(), text, path);
}

}  // namespace minidock::networks
