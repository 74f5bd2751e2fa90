// What minirun says: its errors, on the terminal and in the log that its caller reads, and its
// lists.
#pragma once

#include <string>
#include <vector>

#include "minidock/runtime/container.hpp"

namespace minidock::minirun {

/// Where errors go beside standard error, as --log and --log-format say.
struct Log {
    std::string file;  ///< empty: nowhere
    std::string format = "text";
    bool debug = false;
};

/// Writes an error to standard error and appends it to the log. The json form is what callers of
/// runc read: {"level":"error","msg":"…","time":"…"}.
void report(const Log& log, const std::string& message);

/// With --debug: writes what is being done to the log, or to standard error where there is none.
void note(const Log& log, const std::string& message);

/// "minirun version 0.1.0\nspec: 1.2.0", in runc's form.
std::string version();

void print_table(const std::vector<runtime::Listed>& rows);
void print_json(const std::vector<runtime::Listed>& rows);
void print_ids(const std::vector<runtime::Listed>& rows);

}  // namespace minidock::minirun
