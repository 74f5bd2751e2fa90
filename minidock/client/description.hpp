// What a command's options and arguments are, for those who write it down: the shell's completion
// and the manual pages. It comes from the same tree that reads the command line.
#pragma once

#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace minidock::client {

struct OptionDescription {
    std::vector<std::string> names;  ///< "-f", "--force"
    std::string value;               ///< "string", "list"; empty where it takes none
    std::string help;
};

struct Description {
    std::string name;      ///< "volume rm"
    std::string synopsis;  ///< "[OPTIONS] VOLUME [VOLUME...]"
    std::string summary;
    std::vector<OptionDescription> options;
};

/// A command is only known to itself. Whoever wants its description runs it with this argument.
inline constexpr const char* description_request = "--describe-this-command";

/// The answer. It is thrown, so that no command goes on to do what it is there for.
class Described : public std::exception {
  public:
    explicit Described(Description description) : description_{std::move(description)} {}
    [[nodiscard]] const Description& description() const noexcept { return description_; }
    [[nodiscard]] const char* what() const noexcept override { return "a command is described"; }

  private:
    Description description_;
};

}  // namespace minidock::client
