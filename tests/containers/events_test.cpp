#include "minidock/containers/events.hpp"

#include <gtest/gtest.h>
#include <poll.h>

namespace minidock::containers {
namespace {

bool is_readable(const EventListener& listener) {
    pollfd entry{.fd = listener.fd(), .events = POLLIN, .revents = 0};
    return ::poll(&entry, 1, 0) > 0;
}

TEST(Events, AListenerHearsWhatHappensFromThenOn) {
    EventBus bus;
    bus.publish({.type = "image", .action = "pull", .id = "a"});
    const auto listener = bus.listen(false);
    EXPECT_FALSE(is_readable(*listener));
    bus.publish({.type = "image", .action = "tag", .id = "b"});
    EXPECT_TRUE(is_readable(*listener));
    const auto heard = listener->take();
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0]->action, "tag");
    EXPECT_FALSE(is_readable(*listener));
}

TEST(Events, ThePastComesFirstAndIsLimited) {
    EventBus bus;
    for (std::size_t i = 0; i < EventBus::most_kept + 10; ++i)
        bus.publish({.type = "image", .action = "tag", .id = std::to_string(i)});
    const auto heard = bus.listen(true)->take();
    ASSERT_EQ(heard.size(), EventBus::most_kept);
    EXPECT_EQ(heard.front()->id, "10");
    EXPECT_LE(heard.front()->time, heard.back()->time);
}

TEST(Events, WhoIsGoneCountsNoMore) {
    EventBus bus;
    auto listener = bus.listen(false);
    EXPECT_EQ(bus.listeners(), 1U);
    listener.reset();
    EXPECT_EQ(bus.listeners(), 0U);
    bus.publish({.type = "image", .action = "tag", .id = "x"});
}

TEST(Events, WhoNeverListensCostsLittle) {
    EventBus bus;
    const auto listener = bus.listen(false);
    for (int i = 0; i < 20000; ++i)
        bus.publish({.type = "image", .action = "tag", .id = "x"});
    EXPECT_TRUE(listener->has_lost_some());
    EXPECT_LT(listener->take().size(), 20000U);
}

}  // namespace
}  // namespace minidock::containers
