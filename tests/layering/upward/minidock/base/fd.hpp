// What the layering test must refuse: a module that includes one of a later chapter, one that
// includes a test's header, and one that nobody put in the table.
#pragma once

#include "minidock/base/error.hpp"
#include "minidock/nonesuch/thing.hpp"
#include "minidock/rootfs/overlay.hpp"
#include "tests/support/scratch.hpp"
