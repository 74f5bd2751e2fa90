#include "chapters/07-registries/words.hpp"

#include <fmt/format.h>

#include "minidock/image/store.hpp"
#include "minidock/registry/push.hpp"

namespace minidock::chapter07 {
namespace {

/// Steps that are about bytes come by the hundred; a line for each other one is enough here.
void print(const registry::Step& step) {
    if (step.total > 0) return;
    fmt::print("{}{}{}\n", step.id, step.id.empty() ? "" : ": ", step.status);
}

}  // namespace

Transfers::Transfers(CLI::App& app)
    : pull_{app.add_subcommand("pull", "Bring an image from a registry into the store")},
      push_{app.add_subcommand("push", "Send an image of the store to a registry")} {
    for (CLI::App* verb : {pull_, push_}) {
        verb->add_option("NAME", name_, "HOST[:PORT]/PATH:TAG")->required();
        verb->add_option("--store", folder_, "folder of the store")->capture_default_str();
        verb->add_option("--user", user_, "who we are to the registry");
        verb->add_option("--password", password_, "and how we prove it");
        verb->add_option("--certs", settings_.certificates, "folder of certificates, by HOST");
        verb->add_option("--insecure-registry", settings_.insecure_registries,
                         "a registry that may speak plain HTTP");
    }
    pull_->add_option("--platform", platform_, "OS/ARCHITECTURE, for another machine");
}

void Transfers::run() const {
    image::Store store{folder_};
    const auto name = image::Reference::parse(name_).with_default_tag();
    const registry::Credentials credentials{.user = user_, .password = password_};
    if (push_->parsed()) {
        const auto pushed = registry::push(store, settings_, name, credentials, print);
        fmt::print("{} {} bytes\n", pushed.digest.str(), pushed.size);
        return;
    }
    registry::PullOptions options{.credentials = credentials};
    if (!platform_.empty()) options.platform = image::Platform::parse(platform_);
    const auto pulled = registry::pull(store, settings_, name, options, print);
    fmt::print("{} {}\n", pulled.id.short_hex(), pulled.digest.str());
}

}  // namespace minidock::chapter07
