#include "minidock/networks/store.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/http/response.hpp"
#include "minidock/networks/link.hpp"

namespace minidock::networks {

namespace fs = std::filesystem;

namespace {

constexpr int forbidden = 403;

void check_name(const std::string& name) {
    const bool good = !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
                      std::all_of(name.begin(), name.end(), [](unsigned char c) {
                          return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-';
                      });
    if (!good)
        throw BadParameter(
            fmt::format("invalid network name \"{}\": want letters, digits, and _.-", name));
}

void check_driver(const Network& network) {
    const std::string& driver = network.driver;
    if (driver == "host" || driver == "null")
        throw http::StatusError(
            forbidden, fmt::format("only one instance of \"{}\" network is allowed", driver));
    if (driver != "bridge" && driver != "macvlan" && driver != "ipvlan")
        throw NotFound(
            fmt::format("could not find plugin {0} in v1 plugin registry: plugin \"{0}\" "
                        "not found. This engine has bridge, macvlan, ipvlan, host, none",
                        driver));
    if (driver != "bridge" && network.parent().empty() && !network.internal)
        throw BadParameter(driver + " needs the device that it is on: -o parent=eth0");
    (void)network.mtu();
    for (const auto& [key, value] : network.options) {
        if (key.starts_with("com.docker.network.bridge.enable_")) (void)network.flag(key, true);
    }
}

}  // namespace

Store::Store(const std::string& data_root, std::string bridge)
    : folder_{data_root + "/networks"}, bridge_{std::move(bridge)} {
    fs::create_directories(folder_);
    for (const auto& file : fs::directory_iterator{folder_}) {
        if (file.path().extension() != ".json") continue;
        try {
            add(parse_network(read_json_file(file.path())));
        } catch (const std::exception& error) {
            log::error("network {} is left as it is: {}", file.path().string(), error.what());
        }
    }
    if (bridge_ != "none") make_predefined("bridge", "bridge");
    make_predefined("host", "host");
    make_predefined("none", "null");
}

void Store::make_predefined(const std::string& name, const std::string& driver) {
    if (find(name)) return;
    Network network{.id = random_id(), .name = name, .driver = driver, .created = now()};
    if (driver == "bridge") {
        network.options = {{"com.docker.network.bridge.default_bridge", "true"},
                           {"com.docker.network.bridge.name", bridge_}};
        choose_subnets(network);
    }
    write_atomically(path_of(network), to_json(network).dump(1) + "\n", Durability::power_loss);
    add(std::move(network));
}

void Store::add(Network network) {
    Entry entry;
    for (const IpamConfig& config : network.ipam) {
        AddressPool pool{config.subnet, config.ip_range};
        if (!config.gateway.empty()) pool.take(config.gateway);
        for (const auto& [name, address] : config.aux)
            pool.take(address);
        entry.pools.push_back(std::move(pool));
    }
    const std::string id = network.id;
    entry.network = std::make_shared<const Network>(std::move(network));
    entries_[id] = std::move(entry);
}

std::string Store::path_of(const Network& network) const {
    return folder_ + "/" + network.id + ".json";
}

std::vector<Subnet> Store::taken_subnets() const {
    NetlinkSocket socket;
    std::vector<Subnet> taken = routes(socket);
    for (const auto& [id, entry] : entries_) {
        for (const IpamConfig& config : entry.network->ipam)
            taken.push_back(config.subnet);
    }
    return taken;
}

void Store::check_subnet(const IpamConfig& config) const {
    for (const auto& [id, entry] : entries_) {
        for (const IpamConfig& other : entry.network->ipam) {
            if (!other.subnet.overlaps(config.subnet)) continue;
            throw http::StatusError(
                forbidden,
                fmt::format("invalid pool request: Pool overlaps with other one on this address "
                            "space: {} with {} of network {}",
                            config.subnet.str(), other.subnet.str(), entry.network->name));
        }
    }
    const auto belongs = [&](const IpAddress& address, const char* what) {
        if (!address.empty() && !config.subnet.contains(address))
            throw BadParameter(fmt::format("invalid network config: {} {} is not in subnet {}",
                                           what, address.str(), config.subnet.str()));
    };
    belongs(config.gateway, "gateway");
    belongs(config.ip_range.address, "IP range");
    for (const auto& [name, address] : config.aux)
        belongs(address, "auxiliary address");
}

void Store::choose_subnets(Network& network) const {
    for (const IpamConfig& config : network.ipam)
        check_subnet(config);
    if (network.config(false) == nullptr)
        network.ipam.insert(network.ipam.begin(),
                            IpamConfig{.subnet = choose_subnet(taken_subnets(), false)});
    if (network.config(true) != nullptr && !network.ipv6)
        throw BadParameter("an IPv6 subnet needs --ipv6");
    if (network.ipv6 && network.config(true) == nullptr)
        network.ipam.push_back(IpamConfig{.subnet = choose_subnet(taken_subnets(), true)});
    for (IpamConfig& config : network.ipam) {
        const bool on_a_link_of_others = network.driver != "bridge" && network.internal;
        if (config.gateway.empty() && !on_a_link_of_others)
            config.gateway = config.subnet.address.plus(1);
    }
}

NetworkPtr Store::create(const Json& request) {
    if (!request.is_object()) throw BadParameter("want a JSON object that describes the network");
    Network network = parse_network(request);
    check_name(network.name);
    network.id = random_id();
    network.created = now();
    if (network.is_predefined())
        throw http::StatusError(forbidden, fmt::format("operation is not permitted on predefined "
                                                       "{} network",
                                                       network.name));
    check_driver(network);
    const std::lock_guard lock{mutex_};
    for (const auto& [id, entry] : entries_) {
        if (entry.network->name == network.name)
            throw Conflict("network with name " + network.name + " already exists");
        if (network.driver == "bridge" && entry.network->driver == "bridge" &&
            entry.network->bridge() == network.bridge())
            throw http::StatusError(forbidden, "conflicts with network " + entry.network->id +
                                                   " (" + entry.network->name +
                                                   "): networks have same "
                                                   "bridge name");
    }
    choose_subnets(network);
    write_atomically(path_of(network), to_json(network).dump(1) + "\n", Durability::power_loss);
    const std::string id = network.id;
    add(std::move(network));
    return entries_.at(id).network;
}

void Store::remove(const Network& network) {
    const std::lock_guard lock{mutex_};
    ::unlink(path_of(network).c_str());
    entries_.erase(network.id);
}

NetworkPtr Store::find(const std::string& wish) const {
    if (wish == "default") {
        NetworkPtr bridge = find("bridge");
        return bridge ? bridge : find("none");
    }
    const std::lock_guard lock{mutex_};
    NetworkPtr by_prefix;
    bool ambiguous = false;
    for (const auto& [id, entry] : entries_) {
        if (entry.network->name == wish || id == wish) return entry.network;
        if (wish.empty() || !id.starts_with(wish)) continue;
        ambiguous = by_prefix != nullptr;
        by_prefix = entry.network;
    }
    if (ambiguous) throw BadParameter("network " + wish + " is ambiguous: several IDs begin so");
    return by_prefix;
}

NetworkPtr Store::get(const std::string& wish) const {
    NetworkPtr network = find(wish);
    if (!network) throw NotFound("network " + wish + " not found");
    return network;
}

std::vector<NetworkPtr> Store::list() const {
    std::vector<NetworkPtr> all;
    {
        const std::lock_guard lock{mutex_};
        for (const auto& [id, entry] : entries_)
            all.push_back(entry.network);
    }
    std::sort(all.begin(), all.end(),
              [](const NetworkPtr& a, const NetworkPtr& b) { return a->name < b->name; });
    return all;
}

IpAddress Store::take_address(const Network& network, bool v6, const IpAddress& wish) {
    const std::lock_guard lock{mutex_};
    const auto entry = entries_.find(network.id);
    if (entry == entries_.end()) throw NotFound("network " + network.name + " not found");
    for (AddressPool& pool : entry->second.pools) {
        if (pool.subnet().address.is_v6() != v6) continue;
        if (wish.empty()) return pool.take();
        if (!pool.subnet().contains(wish)) continue;
        pool.take(wish);
        return wish;
    }
    throw BadParameter(fmt::format(
        "invalid address {}: It does not belong to any of this network's subnets", wish.str()));
}

void Store::release_address(const Network& network, const IpAddress& address) {
    const std::lock_guard lock{mutex_};
    const auto entry = entries_.find(network.id);
    if (address.empty() || entry == entries_.end()) return;
    for (AddressPool& pool : entry->second.pools) {
        if (pool.subnet().contains(address)) pool.release(address);
    }
}

}  // namespace minidock::networks
