// Points in time as the Engine API and the OCI documents write them: RFC 3339, in UTC, with
// nanoseconds: 2024-05-01T12:00:00.123456789Z.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace minidock {

/// A point in time to the nanosecond, since 1970 in UTC.
using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;

/// The present, by CLOCK_REALTIME.
Timestamp now();

/// "2024-05-01T12:00:00.123456789Z"; trailing zeros of the fraction are left out, as Go does.
std::string to_rfc3339(Timestamp time);

/// The same with all nine digits of the fraction, so that texts sort as the times do.
std::string to_rfc3339_padded(Timestamp time);

/// What the API shows for "never": Go's zero time.
inline constexpr std::string_view never = "0001-01-01T00:00:00Z";

/// Reads RFC 3339 with any offset; `never` and other times before 1678 are read as nothing.
std::optional<Timestamp> from_rfc3339(std::string_view text);

}  // namespace minidock
