#include "scratch_group.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"
#include "minidock/base/kernel/process.hpp"

namespace minidock::cgroups::test {
namespace {

/// Two levels, so that there is a parent that has to pass controllers on.
std::string parent_path() {
    return "/minidock-test-" + std::to_string(::getpid());
}

int alive = 0;

std::string next_path() {
    static int made = 0;
    return parent_path() + "/" + std::to_string(++made);
}

}  // namespace

ScratchGroup::ScratchGroup(ControllerSet accounting)
    : group_{Group::create(next_path(), accounting)} {
    ++alive;
}

ScratchGroup::~ScratchGroup() {
    try {
        group_ = Group::open(group_.path());
        group_.kill();
        group_.remove();
    } catch (const NotFound&) {
        // The test has removed it itself.
    }
    if (--alive == 0) Group::open(parent_path()).remove();
}

Child ScratchGroup::run(const std::function<int()>& work) {
    const Entrance entrance = group_.entrance();
    Pipe entered = Pipe::make();
    kernel::Cloned made = kernel::clone3(0, group_.folder_fd(), {2, "a process in the group"});
    if (made.in_child()) {
        entrance.enter();
        entered.write_end.reset();
        ::_exit(work());
    }
    entered.write_end.reset();
    read_all(entered.read_end.get(), "the process in the group");
    return Child{made.pid, std::move(made.pidfd)};
}

void use_memory(std::size_t bytes) {
    void* memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw SystemError("map memory");
    std::memset(memory, 1, bytes);
}

int spin() {
    static std::atomic<unsigned> turns;
    while (true)
        turns.fetch_add(1, std::memory_order_relaxed);
}

int idle() {
    while (true)
        ::pause();
}

}  // namespace minidock::cgroups::test
