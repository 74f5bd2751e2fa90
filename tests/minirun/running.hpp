// A container that runs, for tests that act on one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "tests/minirun/minirun.hpp"

namespace minidock::test {

class Running {
  public:
    /// Starts `sleep 1000` in a container "box"; its output goes nowhere.
    /// @param change alters config.json first
    explicit Running(const std::function<void(Json&)>& change = {});
    /// Starts a program of the test's own.
    explicit Running(std::vector<std::string> args);
    /// Deletes the container; what is left behind fails the test.
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    /// Runs a program in it to its end.
    Outcome exec(const std::vector<std::string>& command, std::string input = {});

    Bundle bundle;

  private:
    void start();
};

/// All that comes out of the master end of a terminal, until nobody has its other end open.
std::string shown_by(const Fd& master);

}  // namespace minidock::test
