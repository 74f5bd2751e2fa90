// The instructions of a Dockerfile that change only an image's config, as `commit --change` and
// `import --change` take them: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, STOPSIGNAL, USER,
// VOLUME, WORKDIR.
#pragma once

#include <string>

#include "minidock/base/json.hpp"

namespace minidock::image {

/// Applies one instruction to a config's "config" object.
/// @throws BadParameter when it is none of those, or malformed
void change_config(Json& config, const std::string& instruction);

}  // namespace minidock::image
