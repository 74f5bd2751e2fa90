// Modules and chapters include only what stands before them in the table of
// scripts/cmake/modules.cmake. The build checks the same of what is linked; headers alone could
// still slip by it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct Module {
    std::string name;
    int chapter;
};

/// The table, lowest module first.
std::vector<Module> read_table() {
    std::ifstream file{fs::path{MINIDOCK_SOURCE_DIR} / "scripts/cmake/modules.cmake"};
    const std::regex row{R"(^\s+(\w+)\s+# chapter (\d\d)$)"};
    std::vector<Module> table;
    std::smatch match;
    for (std::string line; std::getline(file, line);)
        if (std::regex_match(line, match, row)) table.push_back({match[1], std::stoi(match[2])});
    return table;
}

/// How many modules, from the start of the table, a file in `folder` of `part` ("rootfs" of
/// "minidock", "03-root-file-systems" of "chapters") may include; none if the table does not know
/// the folder. What all chapters share stands with the first.
std::optional<std::size_t> reach(const std::vector<Module>& table, const std::string& part,
                                 const std::string& folder) {
    if (part == "minidock" && folder == "apps") return table.size();
    const int chapter =
        std::isdigit(static_cast<unsigned char>(folder.front())) != 0 ? std::stoi(folder) : 0;
    const auto end = part == "minidock"
                         ? std::find_if(table.begin(), table.end(),
                                        [&](const Module& m) { return m.name == folder; })
                         : std::find_if(table.begin(), table.end(),
                                        [&](const Module& m) { return m.chapter > chapter; });
    const auto count = static_cast<std::size_t>(end - table.begin());
    if (part == "chapters") return count;
    return end == table.end() ? std::nullopt : std::optional{count + 1};
}

/// Each include under `root` that goes upwards, as "minidock/base/fd.hpp includes minidock/…".
std::vector<std::string> find_violations(const fs::path& root) {
    const std::vector<Module> table = read_table();
    const std::regex include{R"re(^\s*#\s*include\s+"((\w+)/(\w+)[^"]*)".*)re"};
    std::vector<std::string> found;
    for (const char* part : {"minidock", "chapters"}) {
        for (const auto& entry : fs::recursive_directory_iterator{root / part}) {
            const fs::path extension = entry.path().extension();
            if (extension != ".cpp" && extension != ".hpp") continue;
            const fs::path relative = entry.path().lexically_relative(root);
            const std::string folder = *std::next(relative.begin());
            const auto allowed = reach(table, part, folder);
            if (!allowed) {
                found.push_back(relative.string() + " is in no module of the table");
                continue;
            }
            std::ifstream file{entry.path()};
            std::smatch match;
            for (std::string line; std::getline(file, line);) {
                if (!std::regex_match(line, match, include)) continue;
                const auto place = std::find_if(table.begin(), table.end(), [&](const Module& m) {
                    return m.name == match[3];
                });
                const bool down = match[2] == "minidock" &&
                                  static_cast<std::size_t>(place - table.begin()) < *allowed;
                const bool own =
                    part == std::string{"chapters"} ? match[2] != "minidock" : match[3] == folder;
                if (!down && !own)
                    found.push_back(relative.string() + " includes " + match[1].str());
            }
        }
    }
    return found;
}

TEST(Layering, TheTableNamesEveryModuleOnce) {
    std::vector<std::string> names;
    for (const Module& module : read_table())
        names.push_back(module.name);
    ASSERT_GE(names.size(), 17U);
    EXPECT_EQ(names.front(), "base");
    std::sort(names.begin(), names.end());
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(Layering, ModulesAndChaptersIncludeOnlyDownwards) {
    EXPECT_THAT(find_violations(MINIDOCK_SOURCE_DIR), testing::IsEmpty());
}

TEST(Layering, UpwardIncludesAreRefused) {
    EXPECT_THAT(find_violations(fs::path{MINIDOCK_SOURCE_DIR} / "tests/layering/upward"),
                testing::UnorderedElementsAre(
                    "minidock/base/fd.hpp includes minidock/nonesuch/thing.hpp",
                    "minidock/base/fd.hpp includes minidock/rootfs/overlay.hpp",
                    "minidock/base/fd.hpp includes tests/support/scratch.hpp",
                    "chapters/01-namespaces/main.cpp includes minidock/cgroups/group.hpp"));
}

}  // namespace
