// An image's config: how to run it, and what its layers are. Its digest is the image's ID. See the
// OCI image specification, "Image Configuration", and Docker's image specification 1.2, from which
// the fields come.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/base/timestamp.hpp"
#include "minidock/image/digest.hpp"
#include "minidock/image/manifest.hpp"

namespace minidock::image {

/// How a container of the image is to be run where the user does not say otherwise. The names are
/// those of the config's "config" object.
struct RunConfig {
    std::string user;
    std::vector<std::string> exposed_ports;  ///< "80/tcp"
    std::vector<std::string> env;            ///< "NAME=value"
    std::optional<std::vector<std::string>> entrypoint;
    std::optional<std::vector<std::string>> cmd;
    std::vector<std::string> volumes;  ///< paths
    std::string working_dir;
    std::map<std::string, std::string> labels;
    std::string stop_signal;
    std::vector<std::string> on_build;
    std::vector<std::string> shell;
};

/// A step by which the image was made.
struct HistoryEntry {
    std::optional<Timestamp> created;
    std::string created_by;
    std::string author;
    std::string comment;
    bool empty_layer = false;  ///< the step made no layer
};

struct ImageConfig {
    std::optional<Timestamp> created;
    std::string author;
    Platform platform;
    RunConfig config;
    std::vector<Digest> diff_ids;  ///< of the layers, lowest first
    std::vector<HistoryEntry> history;

    /// The chain IDs of the layers, lowest first.
    [[nodiscard]] std::vector<Digest> chain_ids() const;
};

/// @throws BadParameter saying what is wrong where
ImageConfig parse_config(std::string_view text, const std::string& what);

/// Writes a config as a new image's.
std::string to_json(const ImageConfig& config);

}  // namespace minidock::image
