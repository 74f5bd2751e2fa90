// A store of its own, and pulls into it from a registry of the test's.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "chapters/06-images/tests/scratch_store.hpp"
#include "chapters/07-registries/tests/fake_registry.hpp"
#include "minidock/registry/pull.hpp"

namespace minidock::test {

class ScratchPull : public ScratchStore {
  protected:
    ScratchPull() { settings_.pause = std::chrono::milliseconds{1}; }

    registry::Pulled pull(const FakeRegistry& registry, const std::string& name = "app:1",
                          const registry::PullOptions& options = {}) {
        const auto reference = image::Reference::parse(registry.host() + "/" + name);
        return registry::pull(*store_, settings_, reference, options,
                              [&](const registry::Step& step) { steps_.push_back(step.status); });
    }
    /// Why a pull failed; the store must be as before.
    std::string refusal_of_pull(const FakeRegistry& registry, const std::string& name = "app:1",
                                const registry::PullOptions& options = {}) {
        const auto before = everything();
        try {
            pull(registry, name, options);
            return "it was not refused";
        } catch (const std::exception& error) {
            EXPECT_EQ(everything(), before) << "something was left behind";
            EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("\n")));
            return error.what();
        }
    }
    std::string pulled_file(const FakeRegistry& registry, const std::string& path) {
        return content(registry.host() + "/app:1", 0, path);
    }

    registry::Settings settings_;
    std::vector<std::string> steps_;
};

}  // namespace minidock::test
