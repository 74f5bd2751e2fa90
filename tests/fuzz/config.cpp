// The config.json of a bundle.
#include "minidock/runtime/spec.hpp"
#include "tests/fuzz/target.hpp"

void minidock::fuzz::read(std::string_view input) {
    (void)runtime::parse_spec(parse_json(input, "config.json"), "/bundle");
}
