#include "minidock/rootfs/overlay.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/mount.hpp"

namespace minidock::rootfs {
namespace {

/// Names of folders for a mount(2) option. Descriptors that stand for them are held until the
/// mount is made.
class OptionPaths {
  public:
    enum class Form { as_written, short_ };
    explicit OptionPaths(Form form) : form_{form} {}

    /// ':' separates folders, ',' options, and '\' quotes: a name with one of them goes as a
    /// descriptor.
    std::string operator()(const std::string& path) {
        if (form_ == Form::as_written && path.find_first_of(":,\\") == std::string::npos)
            return path;
        held_.push_back(open_file(path, O_PATH | O_DIRECTORY));
        return fd_path(held_.back().get());
    }

  private:
    Form form_;
    std::vector<Fd> held_;
};

// [overlay-data]
std::string overlay_data(const Overlay& overlay, OptionPaths& name) {
    std::string data = "lowerdir=";
    // lab 03.1: the lower folders, separated by colons, in the kernel's order: the topmost first.
    // Then, when there is an upper folder, ",upperdir=…,workdir=…". name(path) gives a path as it
    // may stand in there.
    for (auto layer = overlay.lower.rbegin(); layer != overlay.lower.rend(); ++layer) {
        if (layer != overlay.lower.rbegin()) data += ':';
        data += name(*layer);
    }
    if (!overlay.upper.empty()) {
        data += ",upperdir=" + name(overlay.upper) + ",workdir=" + name(overlay.work);
    }
    // end lab
    // The upper folder will become a layer, which must mean the same on any machine: whole files,
    // and no references from one folder to another (overlayfs.rst, "redirect_dir", "metacopy").
    data += ",index=off,redirect_dir=nofollow,metacopy=off";
    if (overlay.xattrs == Xattrs::user) data += ",userxattr";
    if (overlay.discard && !overlay.upper.empty()) data += ",volatile";
    return data;
}
// [/overlay-data]

/// mount(2) copies one page of options, with the zero at its end.
std::size_t option_space() {
    return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) - 1;
}

[[noreturn]] void explain_failure(const SystemError& error, const std::string& target) {
    switch (error.error()) {
        case ENODEV:
            throw Unsupported("this kernel has no overlayfs (try: modprobe overlay)");
        case EINVAL:
            throw SystemError("mount overlay on " + target +
                                  " (dmesg says more; an upper folder cannot lie on an overlay)",
                              EINVAL);
        default:
            throw SystemError("mount overlay on " + target, error.error());
    }
}

}  // namespace

void mount_overlay(const Overlay& overlay, const std::string& target) {
    OptionPaths name{OptionPaths::Form::as_written};
    std::string data = overlay_data(overlay, name);
    OptionPaths short_name{OptionPaths::Form::short_};
    if (data.size() > option_space()) data = overlay_data(overlay, short_name);
    if (data.size() > option_space()) {
        throw BadParameter("mount overlay on " + target + ": " +
                           std::to_string(overlay.lower.size()) + " layers are too many");
    }
    try {
        kernel::mount({.source = "overlay", .target = target, .type = "overlay", .data = data},
                      {3, "the layers as one tree; what is written goes to the upper one"});
    } catch (const SystemError& error) {
        explain_failure(error, target);
    }
}

}  // namespace minidock::rootfs
