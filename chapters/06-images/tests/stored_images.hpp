// A store with images that containers use.
#pragma once

#include <string>
#include <vector>

#include "chapters/06-images/tests/complaint.hpp"
#include "chapters/06-images/tests/scratch_store.hpp"

namespace minidock::test {

inline const std::string lower = TarBuilder{}.file("lower", "lower").str();
inline const std::string upper = TarBuilder{}.file("upper", "upper").str();
inline const std::string container = std::string(60, 'a') + "beef";

class StoredImages : public ScratchStore {
  protected:
    void be_used(const std::string& name, bool running) {
        const image::Image image = store_->get(name);
        store_->set_users([=] {
            return std::vector<image::ImageUser>{{container, image.id, running, image.chain_ids}};
        });
    }
    std::vector<std::string> remove(const std::string& name, bool force = false) {
        std::vector<std::string> steps;
        for (const image::Removal& step : store_->remove(name, force)) {
            const bool untagged = step.kind == image::Removal::Kind::untagged;
            steps.push_back((untagged ? "Untagged: " : "Deleted: ") + step.what);
        }
        return steps;
    }
    std::string conflict(const std::string& name, bool force = false) {
        return complaint([&] { remove(name, force); });
    }
    std::string not_found(const std::string& name) {
        return complaint([&] { (void)store_->get(name); });
    }
};

}  // namespace minidock::test
