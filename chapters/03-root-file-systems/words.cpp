#include "chapters/03-root-file-systems/words.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <filesystem>

#include "minidock/base/error.hpp"
#include "minidock/rootfs/layer_diff.hpp"

namespace minidock::chapter03 {

namespace fs = std::filesystem;

namespace {

std::string existing_folder(const std::string& path) {
    if (!fs::is_directory(path)) throw NotFound("there is no folder " + path);
    return fs::canonical(path);
}

}  // namespace

Root::Root(CLI::App& run) {
    const auto repeatable = [&run](const std::string& name, std::vector<std::string>& values,
                                   const std::string& type, const std::string& help) {
        run.add_option(name, values, help)->type_name(type)->allow_extra_args(false);
    };
    repeatable("--layer", layers_, "DIR", "a folder of its root; repeat it, the lowest first");
    repeatable("-v,--volume", volumes_, "SRC:DST[:ro]", "a folder of ours that it sees as DST");
    repeatable("--tmpfs", tmpfs_, "DST", "a folder in memory");
    run.add_option("--keep", keep_, "keep what it writes, in DIR/upper")->type_name("DIR");
    run.add_flag("--read-only", read_only_, "its root can be read and not written");
}

std::function<void()> Root::entrance() {
    if (layers_.empty()) {
        if (keep_.empty() && !read_only_ && volumes_.empty() && tmpfs_.empty()) return {};
        throw BadParameter("--keep, --read-only, -v and --tmpfs need a root: give it a --layer");
    }
    rootfs::LayeredRoot plan{.read_only = read_only_};
    for (const std::string& layer : layers_)
        plan.layers.push_back(existing_folder(layer));
    if (!keep_.empty()) plan.keep = existing_folder(keep_);
    for (const std::string& volume : volumes_)
        plan.mounts.push_back(rootfs::parse_volume(volume));
    for (const std::string& folder : tmpfs_)
        plan.mounts.push_back({{folder}, "tmpfs", "tmpfs", {"nosuid", "nodev", "mode=1777"}});
    place_.emplace("/tmp/chapter03-");
    return [plan, place = place_->path()] { rootfs::enter_layered_root(plan, place); };
}

Diff::Diff(CLI::App& app)
    : verb_{
          app.add_subcommand("diff", "Show what an upper folder changes in the layers below it")} {
    verb_->add_option("FOLDER", folders_, "the layers, the lowest first, and then the upper folder")
        ->required()
        ->expected(2, -1);
    verb_->add_flag("--whole", whole_, "the last folder is a whole tree, not an upper folder");
}

void Diff::print() const {
    const auto open = [](const std::string& folder) {
        return open_file(existing_folder(folder), O_RDONLY | O_DIRECTORY);
    };
    std::vector<std::string> lower;
    for (auto folder = folders_.begin(); folder != folders_.end() - 1; ++folder)
        lower.push_back(existing_folder(*folder));
    const Fd before =
        lower.size() == 1 ? open(lower.front()) : rootfs::open_overlay({.lower = lower});
    const Fd after = open(folders_.back());
    const auto changes =
        whole_ ? rootfs::compare_trees(before, after) : rootfs::changes_in_upper(before, after);
    for (const rootfs::Change& change : changes)
        fmt::print("{} {}\n", "CAD"[static_cast<int>(change.kind)], change.path);
}

}  // namespace minidock::chapter03
