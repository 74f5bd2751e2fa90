// Filters that have been translated before. For Docker's profile libseccomp takes some 13 ms of
// processor time, which is more than all else that makes a container; and nearly all containers
// have the same profile.
#pragma once

#include <string>

#include "minidock/security/seccomp.hpp"

namespace minidock::security {

/// Like compile(), but looks in `folder` first, and keeps there what it had to translate. Whoever
/// may write in the folder decides what is filtered: it must be the runtime's own.
SeccompProgram compile_cached(const SeccompFilter& filter, const std::string& folder);

}  // namespace minidock::security
