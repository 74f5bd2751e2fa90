#include "minidock/networks/netlink.hpp"

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <utility>

#include "minidock/base/error.hpp"

namespace minidock::networks {

void NetlinkBatch::append(const void* data, std::size_t size) {
    const auto* from = static_cast<const char*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
    bytes_.resize(MNL_ALIGN(bytes_.size()));
    set_length();
}

void NetlinkBatch::set_length() {
    auto* const message = reinterpret_cast<nlmsghdr*>(bytes_.data() + message_);
    message->nlmsg_len = static_cast<std::uint32_t>(bytes_.size() - message_);
}

// [begin]
void NetlinkBatch::begin(std::uint16_t type, std::uint16_t flags, std::string tried) {
    message_ = bytes_.size();
    nlmsghdr message{};
    message.nlmsg_type = type;
    message.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    message.nlmsg_seq = static_cast<std::uint32_t>(tried_.size());
    bytes_.resize(message_ + sizeof message);
    *reinterpret_cast<nlmsghdr*>(bytes_.data() + message_) = message;
    set_length();
    tried_.push_back(std::move(tried));
}

void NetlinkBatch::attribute(std::uint16_t type, const void* data, std::size_t size) {
    nlattr attribute{};
    attribute.nla_type = type;
    attribute.nla_len = static_cast<std::uint16_t>(sizeof attribute + size);
    append(&attribute, sizeof attribute);
    append(data, size);
}
// [/begin]

void NetlinkBatch::nested(std::uint16_t type, const std::function<void()>& fill) {
    const std::size_t start = bytes_.size();
    attribute(static_cast<std::uint16_t>(type | NLA_F_NESTED), nullptr, 0);
    fill();
    auto* const attribute = reinterpret_cast<nlattr*>(bytes_.data() + start);
    attribute->nla_len = static_cast<std::uint16_t>(bytes_.size() - start);
}

NetlinkSocket::NetlinkSocket() : socket_{::mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC)} {
    if (socket_ == nullptr) throw SystemError("open a netlink socket");
    if (::mnl_socket_bind(socket_, 0, MNL_SOCKET_AUTOPID) < 0) {
        const int error = errno;
        ::mnl_socket_close(socket_);
        throw SystemError("bind a netlink socket", error);
    }
    // The answer to a refused request need not repeat it.
    int on = 1;
    ::mnl_socket_setsockopt(socket_, NETLINK_CAP_ACK, &on, sizeof on);
}

NetlinkSocket::~NetlinkSocket() {
    if (socket_ != nullptr) ::mnl_socket_close(socket_);
}

NetlinkSocket::NetlinkSocket(NetlinkSocket&& other) noexcept
    : socket_{std::exchange(other.socket_, nullptr)}, sequence_{other.sequence_} {}

namespace {

std::string joined(const std::vector<std::string>& tried) {
    std::string all;
    for (const std::string& one : tried)
        all += (all.empty() ? "" : "; ") + one;
    return all;
}

}  // namespace

void NetlinkSocket::run(const NetlinkBatch& batch, const Why& why) {
    if (batch.empty()) return;
    const ssize_t sent = trace::traced(
        "sendto", why,
        [&] { return ::mnl_socket_sendto(socket_, batch.bytes_.data(), batch.bytes_.size()); },
        [&](trace::Arguments& a) {
            a.fd(::mnl_socket_get_fd(socket_)).word("[" + joined(batch.tried_) + "]");
            a.number(static_cast<std::int64_t>(batch.bytes_.size()));
        });
    if (sent < 0) throw SystemError("write to a netlink socket");

    int first_error = 0;
    std::size_t failed = 0;
    std::array<char, 16384> buffer{};
    for (std::size_t answered = 0; answered < batch.tried_.size();) {
        const ssize_t n = ::mnl_socket_recvfrom(socket_, buffer.data(), buffer.size());
        if (n < 0) throw SystemError("read from a netlink socket");
        int left = static_cast<int>(n);
        const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
        for (; ::mnl_nlmsg_ok(message, left); message = ::mnl_nlmsg_next(message, &left)) {
            if (message->nlmsg_type != NLMSG_ERROR) continue;
            const auto* answer = static_cast<const nlmsgerr*>(::mnl_nlmsg_get_payload(message));
            ++answered;
            if (answer->error != 0 && first_error == 0) {
                first_error = -answer->error;
                failed = message->nlmsg_seq;
            }
        }
    }
    if (first_error != 0) throw SystemError(batch.tried_.at(failed), first_error);
}

void NetlinkSocket::dump(std::uint16_t type, unsigned char family,
                         const std::function<void(const nlmsghdr& message)>& visit) {
    std::array<char, 64> request{};
    nlmsghdr* const header = ::mnl_nlmsg_put_header(request.data());
    header->nlmsg_type = type;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    header->nlmsg_seq = ++sequence_;
    // Every fixed struct begins with the family, and rtgenmsg is all that a dump needs.
    auto* const generic =
        static_cast<rtgenmsg*>(::mnl_nlmsg_put_extra_header(header, sizeof(ifinfomsg)));
    generic->rtgen_family = family;
    if (::mnl_socket_sendto(socket_, header, header->nlmsg_len) < 0)
        throw SystemError("write to a netlink socket");
    std::vector<char> buffer(32768);
    for (;;) {
        const ssize_t n = ::mnl_socket_recvfrom(socket_, buffer.data(), buffer.size());
        if (n < 0) throw SystemError("read from a netlink socket");
        int left = static_cast<int>(n);
        const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
        for (; ::mnl_nlmsg_ok(message, left); message = ::mnl_nlmsg_next(message, &left)) {
            if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) return;
            visit(*message);
        }
    }
}

void for_each_attribute(const nlmsghdr& message, std::size_t header_size,
                        const AttributeVisitor& visit) {
    const auto* attribute =
        static_cast<const nlattr*>(::mnl_nlmsg_get_payload_offset(&message, header_size));
    const auto* const end = static_cast<const char*>(::mnl_nlmsg_get_payload_tail(&message));
    for (;
         ::mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)));
         attribute = ::mnl_attr_next(attribute)) {
        visit(::mnl_attr_get_type(attribute),
              {static_cast<const char*>(::mnl_attr_get_payload(attribute)),
               ::mnl_attr_get_payload_len(attribute)});
    }
}

}  // namespace minidock::networks
