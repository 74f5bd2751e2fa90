#include "chapters/09-volumes/words.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/base/id.hpp"
#include "minidock/base/log.hpp"
#include "minidock/rootfs/layered_root.hpp"
#include "minidock/rootfs/overlay.hpp"
#include "minidock/volumes/copy_up.hpp"

namespace minidock::chapter09 {

namespace fs = std::filesystem;

StoreOption::StoreOption(CLI::App& app) {
    app.add_option("--store", folder_, "where the volumes are")
        ->type_name("DIR")
        ->capture_default_str();
}

volumes::Store& StoreOption::store() {
    if (!store_) {
        log::set_level(log::Level::warning);
        fs::create_directories(folder_ + "/containers");
        store_ = std::make_unique<volumes::Store>(folder_);
    }
    return *store_;
}

VolumeVerbs::VolumeVerbs(CLI::App& app, StoreOption& store)
    : store_{store},
      verb_{app.add_subcommand("volume", "Make, list and remove volumes")},
      create_{verb_->add_subcommand("create", "Make a volume")},
      list_{verb_->add_subcommand("ls", "List the volumes and who uses them")},
      remove_{verb_->add_subcommand("rm", "Remove volumes that nobody uses")} {
    verb_->require_subcommand(1);
    create_->add_option("NAME", name_, "without one the volume is anonymous");
    remove_->add_option("NAME", names_)->required();
}

void VolumeVerbs::run() {
    if (create_->parsed()) fmt::print("{}\n", store_.store().create({.name = name_}).name);
    if (list_->parsed()) list();
    for (const std::string& name : names_)
        store_.store().remove(name);
}

void VolumeVerbs::list() const {
    const volumes::References users = store_.store().references();
    for (const volumes::Volume& volume : store_.store().list()) {
        const auto found = users.find(volume.name);
        const std::size_t count = found == users.end() ? 0 : found->second.size();
        fmt::print("{:<20} {} bytes, used by {}\n", volume.name, store_.store().size(volume.name),
                   count);
    }
}

RootWithVolumes::RootWithVolumes(CLI::App& run, StoreOption& store) : store_{store} {
    run.add_option("--layer", layers_, "a folder of its root; repeat it, the lowest first")
        ->type_name("DIR")
        ->allow_extra_args(false);
    run.add_option("-v,--volume", binds_, "what is mounted where, as docker run -v takes it")
        ->type_name("[SRC:]DST[:MODE]")
        ->allow_extra_args(false);
}

RootWithVolumes::~RootWithVolumes() {
    if (id_.empty()) return;
    try {
        const auto mounts = volumes::load_mounts(container_folder_);
        store_.store().release_anonymous(id_, mounts);
        fs::remove_all(container_folder_);
    } catch (const std::exception& error) {
        fmt::print(stderr, "chapter09: {}\n", error.what());
    }
}

void RootWithVolumes::fill(const std::vector<volumes::MountRequest>& requests) {
    const Fd image = layers_.size() == 1
                         ? open_file(layers_.front(), O_RDONLY | O_DIRECTORY)
                         : rootfs::open_overlay({.lower = layers_, .upper = "", .work = ""});
    for (const auto& [mount, volume] : requests) {
        if (!mount.copy_up) continue;
        const Fd content = volumes::find_folder_in_root(image, {mount.destination});
        if (!content) continue;
        const auto users = store_.store().references().at(mount.name);
        volumes::copy_up(content, fs::path{mount.source}.parent_path(), users.size() == 1);
    }
}

// [entrance]
std::function<void()> RootWithVolumes::entrance() {
    if (layers_.empty()) {
        if (binds_.empty()) return {};
        throw BadParameter("-v needs a root to mount in: give it a --layer");
    }
    for (std::string& layer : layers_)
        layer = fs::canonical(layer);
    std::vector<volumes::MountRequest> requests;
    for (const std::string& bind : binds_)
        requests.push_back(volumes::parse_bind(bind));

    volumes::Store& store = store_.store();
    id_ = random_id();
    container_folder_ = store_.folder() + "/containers/" + id_;
    fs::create_directory(container_folder_);
    store.claim(container_folder_, requests);
    fill(requests);

    rootfs::LayeredRoot plan{.layers = layers_};
    for (const auto& [mount, volume] : requests) {
        plan.mounts.push_back({.destination = {mount.destination},
                               .type = "bind",
                               .source = mount.source,
                               .options = volumes::oci_options(mount)});
    }
    place_.emplace("/tmp/chapter09-");
    return [plan, place = place_->path()] { rootfs::enter_layered_root(plan, place); };
}
// [/entrance]

}  // namespace minidock::chapter09
