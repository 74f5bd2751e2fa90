#include "chapters/00-what-is-a-container/measure.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "chapters/00-what-is-a-container/command.hpp"
#include "chapters/00-what-is-a-container/image.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"

namespace minidock::chapter00 {

const std::vector<std::string> work{"sh", "-c", "echo ready; read forever"};

double median(std::vector<double> values) {
    if (values.empty()) throw BadParameter("there is no median of nothing");
    // lab 00.2: sort the values and take the middle one, or the mean of the two in the middle.
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    if (values.size() % 2 == 1) return values[middle];
    return (values[middle - 1] + values[middle]) / 2;
    // end lab
}

std::uint64_t pss_in(std::string_view smaps_rollup) {
    // lab 00.3: find the line that begins with "Pss:", read its number, and turn kB into bytes.
    constexpr std::string_view label = "\nPss:";
    const std::size_t line = smaps_rollup.find(label);
    if (line != std::string_view::npos) {
        const std::size_t digits = smaps_rollup.find_first_of("0123456789", line);
        std::uint64_t kib = 0;
        std::from_chars(smaps_rollup.data() + digits, smaps_rollup.data() + smaps_rollup.size(),
                        kib);
        return kib * 1024;
    }
    // end lab
    throw BadParameter("no \"Pss:\" line in smaps_rollup");
}

std::uint64_t pss_of(pid_t pid) {
    return pss_in(read_file("/proc/" + std::to_string(pid) + "/smaps_rollup"));
}

namespace {

/// The figures of one way, a run each.
struct Samples {
    std::vector<double> start_ms;
    std::vector<double> memory_bytes;
};

// [sample]
void take_sample(const Way& way, Samples& samples) {
    using std::chrono::steady_clock;
    Pipe input = Pipe::make();  // never written to: the work waits until it is killed
    Pipe output = Pipe::make();
    const auto before = steady_clock::now();
    const Child child =
        way.start({{input.read_end.get(), STDIN_FILENO}, {output.write_end.get(), STDOUT_FILENO}});
    output.write_end.reset();
    const auto ready = wait_for_ready(output.read_end.get(), std::chrono::seconds{120});
    samples.start_ms.push_back(std::chrono::duration<double, std::milli>(ready - before).count());
    samples.memory_bytes.push_back(static_cast<double>(pss_of(child.pid())));
}
// [/sample]

double disk_usage_of_all(const std::vector<std::string>& files) {
    std::uint64_t bytes = 0;
    for (const std::string& file : files)
        bytes += disk_usage(file);
    return static_cast<double>(bytes);
}

}  // namespace

std::vector<Cost> measure(const std::vector<Way>& ways, int runs) {
    std::vector<Samples> samples(ways.size());
    for (int run = 0; run < runs; ++run) {
        for (std::size_t i = 0; i < ways.size(); ++i)
            take_sample(ways[i], samples[i]);
    }
    std::vector<Cost> costs;
    for (std::size_t i = 0; i < ways.size(); ++i) {
        costs.push_back({.way = ways[i].name,
                         .start_ms = median(samples[i].start_ms),
                         .memory_bytes = median(samples[i].memory_bytes),
                         .memory_of = ways[i].memory_of,
                         .disk_bytes = disk_usage_of_all(ways[i].files),
                         .disk_of = ways[i].disk_of});
    }
    return costs;
}

}  // namespace minidock::chapter00
