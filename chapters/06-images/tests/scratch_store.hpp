// A store in a folder of its own, and what a test wants to know of it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "chapters/06-images/tests/archives.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/temp_dir.hpp"
#include "minidock/image/store.hpp"

namespace minidock::test {

class ScratchStore : public testing::Test {
  protected:
    ScratchStore() { reopen(); }

    /// As after the daemon's end and new start.
    void reopen(const image::UnpackLimits& limits = {}) {
        store_.reset();
        store_.emplace(root_.path(), limits);
    }

    std::vector<image::LoadedImage> load(const std::string& archive) {
        MemorySource source{archive};
        return store_->load(source);
    }
    image::Digest import(const std::string& tar, const std::string& name = "imported") {
        MemorySource source{tar};
        return store_->import(source, {.name = image::Reference::parse(name)});
    }
    /// Why an archive was refused; the store must be as before.
    std::string refusal(const std::string& archive) {
        const auto before = everything();
        try {
            load(archive);
            return "it was not refused";
        } catch (const std::exception& error) {
            EXPECT_EQ(everything(), before) << "something was left behind";
            EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("\n")));
            return error.what();
        }
    }

    /// The content of a file of an image's layer, lowest first.
    std::string content(const std::string& name, std::size_t layer, const std::string& path) {
        return read_file(store_->layer_folders(store_->get(name)).at(layer) + "/" + path);
    }
    /// All paths in the store.
    std::vector<std::string> everything() {
        std::vector<std::string> paths;
        for (const auto& entry : std::filesystem::recursive_directory_iterator{root_.path()})
            paths.push_back(entry.path());
        std::ranges::sort(paths);
        return paths;
    }
    std::size_t count(const std::string& folder) {
        const std::filesystem::directory_iterator entries{root_ / folder};
        return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
    }
    std::vector<std::string> names(const std::string& image) {
        return store_->get(image).repo_tags();
    }

    TempDir root_;
    std::optional<image::Store> store_;
};

}  // namespace minidock::test
