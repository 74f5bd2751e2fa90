// Where libFuzzer comes in.
#include <cstddef>
#include <cstdint>

#include "minidock/base/error.hpp"
#include "tests/fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        minidock::fuzz::read({reinterpret_cast<const char*>(data), size});
    } catch (const minidock::RequestError&) {
        // It said no, as it may.
    }
    return 0;
}
