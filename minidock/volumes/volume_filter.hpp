// The filters of `docker volume ls` and `docker volume prune`.
#pragma once

#include "minidock/http/filters.hpp"
#include "minidock/volumes/references.hpp"
#include "minidock/volumes/volume.hpp"

namespace minidock::volumes {

/// Whether a volume passes the filters label ("KEY" or "KEY=VALUE"; all must be there) and label!
/// (none may be there).
bool labels_pass(const Volume& volume, const http::Filters& filters);

/// Whether it passes all of the list's filters: dangling, driver, label, name.
/// @throws BadParameter for a value that is none
bool passes(const Volume& volume, const http::Filters& filters, const References& users);

}  // namespace minidock::volumes
