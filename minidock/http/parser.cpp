#include "minidock/http/parser.hpp"

// Beast 1.74 asserts that a last chunk comes in five bytes or more. A slow sender's does not;
// without the assertion it waits for the rest, as it should.
#define BOOST_DISABLE_ASSERTS
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>
#pragma GCC diagnostic pop

#include <limits>

#include "minidock/http/response.hpp"

namespace minidock::http {
namespace {

namespace beast = boost::beast;

[[noreturn]] void refuse(const beast::error_code& error) {
    if (error == beast::http::error::header_limit)
        throw StatusError(431, "the request's header fields are too large");
    throw StatusError(400, "malformed HTTP: " + error.message());
}

std::string to_string(beast::string_view text) {
    return {text.data(), text.size()};
}

/// Beast's parser calls back with what it found; this fills a Request or a ResponseHead with it.
template <bool is_request, class Base>
class BeastParser final : public Base, private beast::http::basic_parser<is_request> {
    using Parser = beast::http::basic_parser<is_request>;

  public:
    explicit BeastParser(std::size_t header_bytes, bool without_body) {
        this->header_limit(static_cast<std::uint32_t>(header_bytes));
        // Whoever reads the body has a limit of their own. (Beast 1.74 takes none for zero.)
        this->body_limit(std::numeric_limits<std::uint64_t>::max());
        this->skip(without_body);
    }

    std::size_t put(std::string_view bytes) override {
        beast::error_code error;
        const std::size_t taken =
            Parser::put(boost::asio::const_buffer{bytes.data(), bytes.size()}, error);
        if (error && error != beast::http::error::need_more) refuse(error);
        return taken;
    }

    void put_end() override {
        beast::error_code error;
        if (Parser::got_some()) Parser::put_eof(error);
        if (error) refuse(error);
    }

    [[nodiscard]] bool head_done() const override { return Parser::is_header_done(); }
    [[nodiscard]] bool done() const override { return Parser::is_done(); }
    [[nodiscard]] bool keep_alive() const override { return head_done() && Parser::keep_alive(); }

  private:
    using error_code = beast::error_code;
    using string_view = beast::string_view;

    void on_request_impl(beast::http::verb /*verb*/, string_view method, string_view target,
                         int version, error_code& /*error*/) override {
        if constexpr (is_request) {
            this->request_.method = to_string(method);
            this->request_.set_target({target.data(), target.size()});
            this->request_.minor_version = version % 10;
        }
    }

    void on_response_impl(int code, string_view /*reason*/, int version,
                          error_code& /*error*/) override {
        if constexpr (!is_request) {
            this->head_.status = code;
            this->head_.minor_version = version % 10;
        }
    }

    void on_field_impl(beast::http::field /*name*/, string_view name, string_view value,
                       error_code& /*error*/) override {
        if constexpr (is_request)
            this->request_.headers.add(to_string(name), to_string(value));
        else
            this->head_.headers.add(to_string(name), to_string(value));
    }

    void on_header_impl(error_code& /*error*/) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                           error_code& /*error*/) override {}

    std::size_t on_body_impl(string_view piece, error_code& /*error*/) override {
        this->body_.append(piece.data(), piece.size());
        return piece.size();
    }

    void on_chunk_header_impl(std::uint64_t /*size*/, string_view /*extensions*/,
                              error_code& /*error*/) override {}

    std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, string_view piece,
                                   error_code& /*error*/) override {
        this->body_.append(piece.data(), piece.size());
        return piece.size();
    }

    void on_finish_impl(error_code& /*error*/) override {}
};

}  // namespace

std::unique_ptr<RequestParser> RequestParser::make(std::size_t header_bytes) {
    return std::make_unique<BeastParser<true, RequestParser>>(header_bytes, false);
}

std::unique_ptr<ResponseParser> ResponseParser::make(bool without_body) {
    constexpr std::size_t header_bytes = std::size_t{1} << 20;
    return std::make_unique<BeastParser<false, ResponseParser>>(header_bytes, without_body);
}

std::string_view reason_phrase(int status) {
    const auto phrase = beast::http::obsolete_reason(static_cast<beast::http::status>(status));
    return {phrase.data(), phrase.size()};
}

}  // namespace minidock::http
