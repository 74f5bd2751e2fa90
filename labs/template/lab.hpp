// What stands in the place of the code that you write.
#pragma once

#include <stdexcept>
#include <string>

[[noreturn]] inline void not_implemented(const char* task) {
    throw std::logic_error("lab " + std::string{task} + " is not implemented yet");
}
