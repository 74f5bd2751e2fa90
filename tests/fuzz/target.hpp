// What each fuzz target defines: one reader of bytes that somebody else wrote.
//
// A reader may refuse its input, with an error that says why. Anything else that it throws, a
// memory fault, undefined behaviour, or a hang is a finding. See
// https://llvm.org/docs/LibFuzzer.html
#pragma once

#include <string_view>

namespace minidock::fuzz {

/// Reads an input. @throws RequestError when it refuses it
void read(std::string_view input);

}  // namespace minidock::fuzz
