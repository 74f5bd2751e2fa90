// Work that falls into pieces which do not need each other, on as many threads as the machine has
// processors.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace minidock::image {

/// Runs all jobs and waits for them. After the first failure no further job is started.
/// @param threads  at most so many at once; 0 for one a processor
/// @throws what the first failing job threw
void run_in_parallel(const std::vector<std::function<void()>>& jobs, std::size_t threads = 0);

}  // namespace minidock::image
