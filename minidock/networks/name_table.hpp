// Who is called what in which network: what the name server knows. Containers stand in it while
// they run.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "minidock/networks/address.hpp"
#include "minidock/networks/name_server.hpp"

namespace minidock::networks {

class NameTable {
  public:
    /// The ID of the container that has this name now, and the name that an ID has now; empty:
    /// none. (Names change by `docker rename`, so they are not kept here.)
    struct Naming {
        std::function<std::string(const std::string& name)> id_of;
        std::function<std::string(const std::string& id)> name_of;
    };
    explicit NameTable(Naming naming) : naming_{std::move(naming)} {}

    struct Entry {
        std::string network_name;
        std::vector<std::string> aliases;          ///< beside the container's name
        std::map<std::string, std::string> links;  ///< how it calls others: alias -> their name
        IpAddress ipv4;
        IpAddress ipv6;
    };
    void add(const std::string& network, const std::string& container, Entry entry);
    void remove(const std::string& network, const std::string& container);

    /// What the containers of the asker's networks say to a question.
    [[nodiscard]] std::optional<KnownName> lookup(const std::string& asker,
                                                  const dns::Question& question);

  private:
    using Members = std::map<std::string, Entry>;  // by the container's ID

    Naming naming_;
    std::mutex mutex_;                         // protects the following
    std::map<std::string, Members> networks_;  // by the network's ID
    /// Which containers of a network have an alias.
    std::map<std::pair<std::string, std::string>, std::set<std::string>> by_alias_;
    std::size_t turn_ = 0;
};

}  // namespace minidock::networks
