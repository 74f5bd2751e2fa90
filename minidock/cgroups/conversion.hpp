// OCI's numbers are those of cgroup v1. For v2 they are converted, by the rules that runc set when
// v2 was new, so that a container gets the same
// whichever runtime starts it.
#pragma once

#include <cstdint>

namespace minidock::cgroups {

/// cpu.shares (2 to 262144) to cpu.weight (1 to 10000), on a straight line. 1024 becomes 39, though
/// 1024 is what a group of v1 starts with, and 100 what one of v2 does. runc 1.3.2 and crun 1.23
/// therefore went over to a curve through (1024, 100); it is an exercise of chapter 2.
std::uint64_t weight_from_shares(std::uint64_t shares);

/// The other way round, for who asks what a group of v2 was given.
std::uint64_t shares_from_weight(std::uint64_t weight);

/// blkio.weight (10 to 1000) to io.weight (1 to 10000).
std::uint64_t io_weight_from_blkio(std::uint64_t weight);

/// OCI's swap is memory and swap together, and so was v1's memory.memsw; v2's memory.swap.max is
/// swap alone.
/// @throws BadParameter when there is no memory limit to take off, or it is the greater
std::int64_t swap_alone(std::int64_t memory_and_swap, std::int64_t memory);

}  // namespace minidock::cgroups
