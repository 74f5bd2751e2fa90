#include "minidock/runtime/found.hpp"

#include "minidock/base/error.hpp"
#include "minidock/base/kernel/process.hpp"

namespace minidock::runtime {

Found find(const std::string& root, const std::string& id) {
    StateFolder folder = StateFolder::open(root, id);
    std::optional<Record> record = folder.load();
    if (!record) throw NotFound("container \"" + id + "\" was never finished: delete it");
    const Status status = folder.status(*record);
    return {std::move(folder), std::move(*record), status};
}

void refuse(const std::string& verb, const Found& container) {
    throw Conflict("cannot " + verb + " container \"" + container.record.id + "\": it is " +
                   std::string{name(container.status)});
}

Fd open_first_process(const std::string& verb, const Found& container) {
    const ProcessId init = container.record.init;
    Fd pidfd = kernel::pidfd_open(init.pid);
    // The descriptor is open: if this is still the process that we mean, it stays the one.
    if (start_time_of(init.pid) != init.start_time) refuse(verb, container);
    return pidfd;
}

}  // namespace minidock::runtime
