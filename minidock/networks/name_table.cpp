#include "minidock/networks/name_table.hpp"

#include <algorithm>
#include <cctype>

namespace minidock::networks {
namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

}  // namespace

void NameTable::add(const std::string& network, const std::string& container, Entry entry) {
    const std::lock_guard lock{mutex_};
    for (std::string& alias : entry.aliases) {
        alias = lower(alias);
        by_alias_[{network, alias}].insert(container);
    }
    networks_[network][container] = std::move(entry);
}

void NameTable::remove(const std::string& network, const std::string& container) {
    const std::lock_guard lock{mutex_};
    const auto members = networks_.find(network);
    if (members == networks_.end()) return;
    const auto entry = members->second.find(container);
    if (entry == members->second.end()) return;
    for (const std::string& alias : entry->second.aliases) {
        const auto having = by_alias_.find({network, alias});
        if (having == by_alias_.end()) continue;
        having->second.erase(container);
        if (having->second.empty()) by_alias_.erase(having);
    }
    members->second.erase(entry);
    if (members->second.empty()) networks_.erase(members);
}

// [lookup]
std::optional<KnownName> NameTable::lookup(const std::string& asker,
                                           const dns::Question& question) {
    const std::string wanted_id = naming_.id_of(question.name);
    const std::lock_guard lock{mutex_};
    for (const auto& one : networks_) {
        const std::string& network = one.first;
        const Members& members = one.second;
        const auto self = members.find(asker);
        if (self == members.end()) continue;  // not a network of the asker's
        if (question.type == dns::type_ptr) {
            for (const auto& [id, entry] : members) {
                for (const IpAddress& address : {entry.ipv4, entry.ipv6}) {
                    if (!address.empty() && address.reverse_name() == question.name)
                        return KnownName{{}, naming_.name_of(id) + "." + entry.network_name};
                }
            }
            continue;
        }
        KnownName known;
        const auto take = [&](const std::string& id) {
            const auto entry = members.find(id);
            if (entry == members.end()) return;
            known.addresses.push_back(entry->second.ipv4);
            known.addresses.push_back(entry->second.ipv6);
        };
        const auto link = self->second.links.find(question.name);
        if (link != self->second.links.end()) {
            take(naming_.id_of(link->second));
        } else if (!wanted_id.empty() && members.contains(wanted_id)) {
            take(wanted_id);
        } else if (const auto having = by_alias_.find({network, question.name});
                   having != by_alias_.end()) {
            for (const std::string& id : having->second)
                take(id);
        }
        if (known.addresses.empty()) continue;
        // Several have this alias: each comes first in turn.
        const std::size_t hosts = known.addresses.size() / 2;
        std::rotate(known.addresses.begin(),
                    known.addresses.begin() + static_cast<std::ptrdiff_t>(2 * (turn_++ % hosts)),
                    known.addresses.end());
        return known;
    }
    return std::nullopt;
}
// [/lookup]

}  // namespace minidock::networks
