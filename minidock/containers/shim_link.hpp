// The daemon's side of a shim (minidock/shim/protocol.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "minidock/base/child.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/shim/options.hpp"
#include "minidock/shim/protocol.hpp"

namespace minidock::containers {

/// A watch over a shim: the socket on which it reports, and the shim itself if it is our child (it
/// is not when an earlier daemon has started it).
struct ShimWatch {
    Fd socket;
    std::optional<Child> child;
    /// The next report that is none of the answers to early clients.
    /// @return nothing when the shim has closed the socket
    [[nodiscard]] std::optional<shim::Report> next() const;
};

/// Starts a shim.
/// @param program   minidock-shim
/// @param early     clients to be served from the first byte on: their messages' descriptors
/// @param explain   where its trace goes; -1: nowhere
struct EarlyMessage {
    shim::Attach wish;
    std::vector<int> descriptors;
};
ShimWatch start_shim(const std::string& program, const shim::Options& options,
                     const std::vector<EarlyMessage>& early, int explain);

/// Connects to the shim that serves RUN_FOLDER/shim.sock, and watches it.
/// @throws SystemError when there is none
ShimWatch watch_shim(const std::string& run_folder);

/// One request, and the shim's answer.
/// @throws SystemError when there is no shim
shim::Report ask_shim(const std::string& run_folder, const shim::Request& request,
                      const std::vector<int>& descriptors = {});

}  // namespace minidock::containers
