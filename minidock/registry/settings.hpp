// How the daemon was told to deal with registries: its command line, in Docker's words.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace minidock::registry {

struct Settings {
    std::vector<std::string> insecure_registries = {};  ///< HOST, HOST:PORT, or ADDRESS/BITS
    std::vector<std::string> mirrors = {};              ///< URLs, asked before docker.io
    std::string certificates = "/etc/minidock/certs.d";
    unsigned downloads = 3;  ///< at once, of one pull; Docker's max-concurrent-downloads
    unsigned uploads = 5;    ///< at once, of one push; Docker's max-concurrent-uploads
    unsigned attempts = 5;   ///< before what may be temporary is an error
    std::chrono::milliseconds pause{500};  ///< before the second attempt; doubles with each
};

}  // namespace minidock::registry
