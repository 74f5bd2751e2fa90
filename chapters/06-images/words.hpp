// The words that chapter 6 adds: load, images, layers, pack, save. All work on a store in a folder
// of the user's own, so that everything it consists of can be looked at.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace minidock::image {
class Store;
}

namespace minidock::chapter06 {

/// `load ARCHIVE`, `images`, `layers NAME`, `pack NAME UPPER NEW`, `save NAME ARCHIVE`
class Images {
  public:
    explicit Images(CLI::App& app);
    Images(const Images&) = delete;
    Images& operator=(const Images&) = delete;

    [[nodiscard]] bool chosen() const;
    /// Does what was asked for, and prints what came of it.
    void run() const;
    /// The folder of the store; --store.
    [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

  private:
    void load(image::Store& store) const;
    static void list(const image::Store& store);
    void print_layers(const image::Store& store) const;
    void pack(image::Store& store) const;
    void save(image::Store& store) const;

    std::string folder_ = "store";
    std::string name_;
    std::string file_;
    std::string new_name_;
    CLI::App* load_;
    CLI::App* list_;
    CLI::App* layers_;
    CLI::App* pack_;
    CLI::App* save_;
};

}  // namespace minidock::chapter06
