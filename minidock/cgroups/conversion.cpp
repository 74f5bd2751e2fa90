#include "minidock/cgroups/conversion.hpp"

#include <algorithm>
#include <string>

#include "minidock/base/error.hpp"

namespace minidock::cgroups {

// [weight_from_shares]
std::uint64_t weight_from_shares(std::uint64_t shares) {
    // lab 02.1: map 2..262144 onto 1..10000 on a straight line; what lies outside counts as the
    // end.
    const std::uint64_t in_range = std::clamp<std::uint64_t>(shares, 2, 262144);
    return 1 + ((in_range - 2) * 9999) / 262142;
    // end lab
}
// [/weight_from_shares]

std::uint64_t shares_from_weight(std::uint64_t weight) {
    const std::uint64_t in_range = std::clamp<std::uint64_t>(weight, 1, 10000);
    // Rounded up, to the least number of shares that gives this weight.
    return 2 + ((in_range - 1) * 262142 + 9998) / 9999;
}

std::uint64_t io_weight_from_blkio(std::uint64_t weight) {
    const std::uint64_t in_range = std::clamp<std::uint64_t>(weight, 10, 1000);
    return 1 + ((in_range - 10) * 9999) / 990;
}

std::int64_t swap_alone(std::int64_t memory_and_swap, std::int64_t memory) {
    if (memory_and_swap < 0) return -1;
    if (memory <= 0) throw BadParameter("a limit on memory and swap needs a memory limit too");
    if (memory_and_swap < memory) {
        throw BadParameter("the limit on memory and swap (" + std::to_string(memory_and_swap) +
                           ") is below that on memory (" + std::to_string(memory) + ")");
    }
    return memory_and_swap - memory;
}

}  // namespace minidock::cgroups
