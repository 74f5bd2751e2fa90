// Reads the inputs of a corpus once each: what was found stays found, also where there is no
// libFuzzer.
#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "minidock/base/fd.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** words) {
    int inputs = 0;
    for (int i = 1; i < count; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator{words[i]}) {
            fmt::print("{}\n", entry.path().string());
            const std::string bytes = minidock::read_file(entry.path());
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                   bytes.size());
            ++inputs;
        }
    }
    fmt::print("{} inputs\n", inputs);
    return inputs > 0 ? 0 : 1;
}
