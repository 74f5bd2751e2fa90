// What the layering test must refuse: a chapter's program that needs a later chapter.
#include "minidock/base/error.hpp"
#include "minidock/cgroups/group.hpp"
#include "minidock/namespaces/kind.hpp"
