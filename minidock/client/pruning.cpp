#include "minidock/client/pruning.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>

namespace minidock::client {

bool user_agrees(const std::string& what) {
    fmt::print("WARNING! This will remove {}.\nAre you sure you want to continue? [y/N] ", what);
    std::fflush(stdout);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y";
}

void print_deleted(const std::string& kind, const Json& names) {
    if (names.empty()) return;
    fmt::print("Deleted {}:\n", kind);
    for (const Json& name : names)
        fmt::print("{}\n", name.get<std::string>());
}

}  // namespace minidock::client
