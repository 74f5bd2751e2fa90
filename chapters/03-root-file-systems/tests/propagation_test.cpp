// Which mounts are passed on between namespaces, each way.
#include "minidock/rootfs/propagation.hpp"

#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>

#include "minidock/base/error.hpp"
#include "own_mounts.hpp"

namespace minidock::rootfs {
namespace {

/// A mount at outside/, and a second mount namespace that is copied from this one.
class PropagationBetweenNamespaces : public test::OwnMounts {
  protected:
    void SetUp() override {
        OwnMounts::SetUp();
        if (HasFatalFailure()) return;
        folder("tree");
        ASSERT_EQ(::mount("tree", at("tree").c_str(), "tmpfs", 0, nullptr), 0);
        folder("tree/early");
        folder("tree/late");
    }

    /// What `path` contains for a process in a copy of this namespace, whose tree/ has the given
    /// propagation, after somebody mounted on `path` here (outside) or there (inside).
    std::string mounted_outside_seen_inside(Propagation inside) const {
        Pipe ready = Pipe::make();
        Pipe go = Pipe::make();
        std::string seen;
        const pid_t pid = ::fork();
        if (pid == 0) {
            ::unshare(CLONE_NEWNS);
            set_propagation(at("tree"), inside, Reach::whole_tree);
            ready.write_end.reset();
            go.write_end.reset();
            (void)read_all(go.read_end.get(), "the signal to go on");
            ::_exit(test::mounts_below(at("tree/late")).empty() ? 0 : 1);
        }
        ready.write_end.reset();
        go.read_end.reset();
        (void)read_all(ready.read_end.get(), "the other's readiness");
        ::mount("late", at("tree/late").c_str(), "tmpfs", 0, nullptr);
        go.write_end.reset();
        int status = 0;
        ::waitpid(pid, &status, 0);
        return WEXITSTATUS(status) == 0 ? "not seen" : "seen";
    }

    std::string mounted_inside_seen_outside(Propagation inside) const {
        test::in_child([&] {
            ::unshare(CLONE_NEWNS);
            set_propagation(at("tree"), inside, Reach::whole_tree);
            ::mount("late", at("tree/late").c_str(), "tmpfs", 0, nullptr);
            return std::string{};
        });
        return test::mounts_below(at("tree/late")).empty() ? "not seen" : "seen";
    }
};

TEST_F(PropagationBetweenNamespaces, SharedPassesMountsOnBothWays) {
    set_propagation(at("tree"), Propagation::shared, Reach::this_mount);
    EXPECT_EQ(mounted_inside_seen_outside(Propagation::shared), "seen");
    EXPECT_EQ(mounted_outside_seen_inside(Propagation::shared), "seen");
}

TEST_F(PropagationBetweenNamespaces, ASlaveHearsAndPassesNothingOn) {
    set_propagation(at("tree"), Propagation::shared, Reach::this_mount);
    EXPECT_EQ(mounted_inside_seen_outside(Propagation::slave), "not seen");
    EXPECT_EQ(mounted_outside_seen_inside(Propagation::slave), "seen");
}

TEST_F(PropagationBetweenNamespaces, PrivateKeepsBothApart) {
    set_propagation(at("tree"), Propagation::shared, Reach::this_mount);
    EXPECT_EQ(mounted_inside_seen_outside(Propagation::private_), "not seen");
    EXPECT_EQ(mounted_outside_seen_inside(Propagation::private_), "not seen");
}

TEST_F(PropagationBetweenNamespaces, UnbindableRefusesToBeBound) {
    set_propagation(at("tree"), Propagation::unbindable, Reach::this_mount);
    folder("copy");
    EXPECT_NE(::mount(at("tree").c_str(), at("copy").c_str(), nullptr, MS_BIND, nullptr), 0);
}

TEST_F(PropagationBetweenNamespaces, AContainersMountsAreNotPassedOn) {
    set_propagation(at("tree"), Propagation::shared, Reach::this_mount);
    test::in_child([&] {
        ::unshare(CLONE_NEWNS);
        stop_passing_mounts_on();
        ::mount("late", at("tree/late").c_str(), "tmpfs", 0, nullptr);
        return std::string{};
    });
    EXPECT_THAT(test::mounts_below(at("tree/late")), testing::IsEmpty());
}

TEST_F(PropagationBetweenNamespaces, WordsAreThoseOfTheSpecification) {
    EXPECT_NO_THROW(set_propagation(at("tree"), "rshared"));
    EXPECT_THAT(read_file("/proc/self/mountinfo"), testing::HasSubstr("shared:"));
    EXPECT_THROW(set_propagation(at("tree"), "ro"), BadParameter);
}

}  // namespace
}  // namespace minidock::rootfs
