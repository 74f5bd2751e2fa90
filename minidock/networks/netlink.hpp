// Talking to the kernel about network devices: rtnetlink(7), carried by libmnl.
//
// A request is a netlink message: a header, a fixed struct (ifinfomsg, ifaddrmsg, rtmsg), and
// attributes, which may be nested. Several requests go to the kernel in one sendmsg(2), and each is
// answered: that is what makes a container's network in few milliseconds. A socket belongs for good
// to the network namespace that it was made in, whoever uses it.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/base/trace.hpp"

struct mnl_socket;

namespace minidock::networks {

/// Requests that are sent together, in their order.
class NetlinkBatch {
  public:
    /// Begins a request.
    /// @param type   RTM_NEWLINK, …
    /// @param flags  NLM_F_CREATE, …; an answer is always asked for
    /// @param tried  for the error: "make the bridge minidock0"
    void begin(std::uint16_t type, std::uint16_t flags, std::string tried);
    /// The fixed struct of the request; right after begin().
    template <class Header>
    void header(const Header& value) {
        append(&value, sizeof value);
    }
    void attribute(std::uint16_t type, const void* data, std::size_t size);
    void number8(std::uint16_t type, std::uint8_t value) { attribute(type, &value, sizeof value); }
    void number32(std::uint16_t type, std::uint32_t value) {
        attribute(type, &value, sizeof value);
    }
    /// A text with its final zero.
    void text(std::uint16_t type, const std::string& value) {
        attribute(type, value.c_str(), value.size() + 1);
    }
    /// Attributes that `fill` adds become the content of one attribute.
    void nested(std::uint16_t type, const std::function<void()>& fill);

    [[nodiscard]] bool empty() const noexcept { return tried_.empty(); }

  private:
    friend class NetlinkSocket;
    void append(const void* data, std::size_t size);
    void set_length();

    std::vector<char> bytes_;
    std::size_t message_ = 0;         // where the request being made begins
    std::vector<std::string> tried_;  // one of each request
};

/// An attribute of an answer.
using AttributeVisitor = std::function<void(std::uint16_t type, std::string_view content)>;

class NetlinkSocket {
  public:
    /// Of the network namespace in which the calling thread is.
    NetlinkSocket();
    ~NetlinkSocket();
    NetlinkSocket(NetlinkSocket&& other) noexcept;
    NetlinkSocket& operator=(NetlinkSocket&&) = delete;

    /// Sends the requests and waits for the answer to each.
    /// @throws SystemError of the first that is refused; what came before it has happened
    void run(const NetlinkBatch& batch, const Why& why);

    /// Asks for everything of a kind: RTM_GETLINK, RTM_GETROUTE, …
    /// @param visit  gets the fixed struct and the attributes of each answer
    void dump(std::uint16_t type, unsigned char family,
              const std::function<void(const nlmsghdr& message)>& visit);

  private:
    mnl_socket* socket_;
    std::uint32_t sequence_ = 0;
};

/// Calls `visit` for each attribute behind a message's fixed struct of `header_size` bytes.
void for_each_attribute(const nlmsghdr& message, std::size_t header_size,
                        const AttributeVisitor& visit);

}  // namespace minidock::networks
