// What can go wrong, as types: the kernel said no (SystemError), or the request cannot be met
// (NotFound, Conflict, BadParameter). The API turns the latter into status codes (chapter 8).
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace minidock {

/// The kernel refused something. what() reads "mount overlay on /x: No such device": what was
/// tried, on what, and the kernel's reason (errno(3)).
class SystemError : public std::system_error {
  public:
    /// @param tried an infinitive with its object: "open /etc/passwd"
    explicit SystemError(const std::string& tried, int error = errno)
        : std::system_error{error, std::generic_category(), tried} {}

    /// The errno(3) of the failed call.
    [[nodiscard]] int error() const noexcept { return code().value(); }
};

/// A request that cannot be met, in one line for whoever asked.
class RequestError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The thing asked for does not exist.
class NotFound : public RequestError {
    using RequestError::RequestError;
};

/// The request contradicts the state things are in.
class Conflict : public RequestError {
    using RequestError::RequestError;
};

/// The request itself is wrong.
class BadParameter : public RequestError {
    using RequestError::RequestError;
};

/// The request is right, but this machine or this edition of the engine cannot do it.
class Unsupported : public RequestError {
    using RequestError::RequestError;
};

}  // namespace minidock
