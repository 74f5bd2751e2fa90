// Places where a test lets a program die, as a power failure or the kernel might, to see that the
// next start puts everything right. Builds for tests have them (-DMINIDOCK_FAIL_POINTS=ON, as in
// scripts/test); in others the call does nothing.
#pragma once

namespace minidock {

/// Kills this process by SIGKILL if MINIDOCK_FAIL_POINT is "NAME:FILE" with this name. FILE is made
/// then, and where it is there already, the process lives on: it dies once.
/// @param name  the operation and what has just been done in it: "create.folder-made"
void fail_point(const char* name) noexcept;

}  // namespace minidock
