// Go's templates, as Docker's --format takes them: text with actions in it, such as {{.Field}},
// {{json .}} or {{range .Mounts}}{{.Source}} {{end}}. See https://pkg.go.dev/text/template for the
// language; the functions are in template_functions.hpp.
#pragma once

#include <string>
#include <string_view>

#include "minidock/base/json.hpp"

namespace minidock::client {

/// @param values  what "." and "$" stand for
/// @throws BadParameter "format: …" for what is no template, or asks for a field that is not there.
///         Conditions may ask for it: there, and among labels and the like, it counts as empty.
std::string fill_template(std::string_view text, const Json& values);

}  // namespace minidock::client
