// A program stands above all modules: nothing here is refused.
#include "minidock/base/error.hpp"
#include "minidock/client/command.hpp"
