#include "minidock/registry/reports.hpp"

#include <fmt/format.h>

namespace minidock::registry {

void Reports::tell(const std::string& id, const std::string& status) {
    const std::lock_guard lock{mutex_};
    if (sink_) sink_({.id = id, .status = status});
}

void Reports::progress(const std::string& id, const std::string& status, std::uint64_t done,
                       std::uint64_t total) {
    constexpr std::chrono::milliseconds often_enough{100};
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock{mutex_};
    auto& last = last_[id];
    if (!sink_ || (done < total && now - last < often_enough)) return;
    last = now;
    sink_({.id = id, .status = status, .done = done, .total = total});
}

void throw_for_people(const Refused& refusal, const image::Reference& name) {
    if (refusal.denied()) {
        throw NotFound(
            fmt::format("pull access denied for {}, repository does not exist or may "
                        "require 'docker login': {}",
                        name.familiar_repository(), refusal.what()));
    }
    if (refusal.status() == 404) {
        throw NotFound(
            fmt::format("manifest for {} not found: {}", name.familiar(), refusal.what()));
    }
    throw Refused(refusal.status(), fmt::format("{}: {}", name.familiar(), refusal.what()));
}

}  // namespace minidock::registry
