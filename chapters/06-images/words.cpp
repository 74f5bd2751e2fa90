#include "chapters/06-images/words.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/image/commit.hpp"
#include "minidock/image/layer_tar.hpp"
#include "minidock/image/save.hpp"
#include "minidock/image/store.hpp"

namespace minidock::chapter06 {

Images::Images(CLI::App& app)
    : load_{app.add_subcommand("load", "Take the images of an archive into the store")},
      list_{app.add_subcommand("images", "List the images of the store")},
      layers_{app.add_subcommand("layers", "Print an image's layers as options for run")},
      pack_{app.add_subcommand("pack", "Make an image of another one and an upper folder")},
      save_{app.add_subcommand("save", "Write an image to an archive")} {
    for (CLI::App* verb : {load_, list_, layers_, pack_, save_})
        verb->add_option("--store", folder_, "folder of the store")->capture_default_str();
    load_->add_option("ARCHIVE", file_, "what docker save or skopeo made")->required();
    layers_->add_option("NAME", name_)->required();
    pack_->add_option("NAME", name_, "the image below")->required();
    pack_->add_option("UPPER", file_, "an upper folder, as run --keep leaves it")->required();
    pack_->add_option("NEW", new_name_, "the new image's name")->required();
    save_->add_option("NAME", name_)->required();
    save_->add_option("ARCHIVE", file_)->required();
}

bool Images::chosen() const {
    for (const CLI::App* verb : {load_, list_, layers_, pack_, save_}) {
        if (verb->parsed()) return true;
    }
    return false;
}

void Images::run() const {
    image::Store store{folder_};
    if (load_->parsed()) load(store);
    if (list_->parsed()) list(store);
    if (layers_->parsed()) print_layers(store);
    if (pack_->parsed()) pack(store);
    if (save_->parsed()) save(store);
}

void Images::load(image::Store& store) const {
    const Fd archive = open_file(file_, O_RDONLY);
    image::FileSource source{archive.get(), file_};
    for (const image::LoadedImage& loaded : store.load(source)) {
        for (const image::Reference& name : loaded.names)
            fmt::print("{} {}\n", loaded.id.short_hex(), name.familiar());
        if (loaded.names.empty()) fmt::print("{}\n", loaded.id.short_hex());
    }
}

void Images::list(const image::Store& store) {
    for (const image::Image& image : store.list()) {
        fmt::print("{} {} {} {}\n", image.id.short_hex(), image.chain_ids.size(), image.size(),
                   fmt::join(image.repo_tags(), " "));
    }
}

void Images::print_layers(const image::Store& store) const {
    std::string options;
    for (const std::string& folder : store.layer_folders(store.get(name_)))
        options += (options.empty() ? "--layer " : " --layer ") + folder;
    fmt::print("{}\n", options);
}

void Images::pack(image::Store& store) const {
    const Fd upper = open_file(file_, O_RDONLY | O_DIRECTORY);
    const image::Digest id =
        image::commit(store,
                      {.parent = store.get(name_).id,
                       .created_by = "chapter06 pack",
                       .name = image::Reference::parse(new_name_)},
                      [&](image::TarWriter& tar) { return image::pack_layer(upper, tar); });
    fmt::print("{} {}\n", id.short_hex(), new_name_);
}

void Images::save(image::Store& store) const {
    const Fd archive = open_file(file_, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    image::save(store, {name_},
                [&](std::string_view bytes) { write_all(archive.get(), bytes, file_); });
}

}  // namespace minidock::chapter06
