// Who uses which volume, read from the containers' own folders each time it is asked.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace minidock::volumes {

/// For each volume the ids of the containers that mount it, running or not.
using References = std::map<std::string, std::vector<std::string>>;

/// @param containers  the folder of all containers' folders
References find_references(const std::string& containers);

}  // namespace minidock::volumes
