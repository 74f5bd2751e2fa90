#include "minidock/registry/wire.hpp"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <exception>

#include "minidock/image/manifest.hpp"

namespace minidock::registry {
namespace {

constexpr long connect_seconds = 15;
/// A connection on which nothing moves for so long is given up.
constexpr long silent_seconds = 60;

void start_curl() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) throw std::runtime_error{"libcurl does not start"};
}

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return std::string{text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1)};
}

Unreachable::Reason reason_of(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_CONNECT:
            return Unreachable::Reason::nobody;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
            return Unreachable::Reason::tls;
        default:
            return Unreachable::Reason::cut;
    }
}

/// One exchange as libcurl's callbacks see it. What they throw must not pass through C code: it is
/// kept until libcurl has returned.
struct Exchange {
    const Request& request;
    const Wire::Sink& sink;
    Answer answer = {};
    std::uint64_t sent = 0;
    std::exception_ptr error = {};

    template <class Work>
    bool try_to(Work work) noexcept {
        try {
            work();
            return true;
        } catch (...) {
            error = std::current_exception();
            return false;
        }
    }

    void take_field(std::string_view line) {
        if (line.starts_with("HTTP/")) {
            answer = {};  // a new head: what came before was "100 Continue"
            return;
        }
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) return;
        std::string name{line.substr(0, colon)};
        std::ranges::transform(name, name.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        answer.fields.emplace(std::move(name), trimmed(line.substr(colon + 1)));
    }

    void take_body(CURL* curl, std::string_view block) {
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        answer.status = static_cast<int>(status);
        if (sink && answer.success()) return sink(answer, block);
        if (answer.body.size() + block.size() > image::largest_document) {
            throw BadParameter(request.url.str() + " answers with more than " +
                               std::to_string(image::largest_document) + " bytes");
        }
        answer.body.append(block);
    }

    std::size_t give_body(char* into, std::size_t room) {
        if (request.file < 0) {
            const std::size_t n = std::min<std::size_t>(room, request.body.size() - sent);
            std::memcpy(into, request.body.data() + sent, n);
            sent += n;
            return n;
        }
        const std::size_t wanted = std::min<std::uint64_t>(room, request.file_size - sent);
        const ssize_t n = ::pread(request.file, into, wanted, static_cast<off_t>(sent));
        if (n < 0) throw SystemError("read what is to be sent");
        sent += static_cast<std::uint64_t>(n);
        if (request.on_sent) request.on_sent(sent);
        return static_cast<std::size_t>(n);
    }
};

struct Call {
    CURL* curl;
    Exchange exchange;
};

std::size_t on_field(char* data, std::size_t size, std::size_t count, void* self) {
    auto& call = *static_cast<Call*>(self);
    const std::string_view line{data, size * count};
    return call.exchange.try_to([&] { call.exchange.take_field(line); }) ? line.size() : 0;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& call = *static_cast<Call*>(self);
    const std::string_view block{data, size * count};
    const bool taken = call.exchange.try_to([&] { call.exchange.take_body(call.curl, block); });
    return taken ? block.size() : 0;
}

std::size_t on_more(char* into, std::size_t size, std::size_t count, void* self) {
    auto& call = *static_cast<Call*>(self);
    std::size_t given = CURL_READFUNC_ABORT;
    call.exchange.try_to([&] { given = call.exchange.give_body(into, size * count); });
    return given;
}

/// libcurl goes back to the start when a kept connection turns out to be closed.
int on_seek(void* self, curl_off_t offset, int origin) {
    if (origin != SEEK_SET || offset < 0) return CURL_SEEKFUNC_CANTSEEK;
    static_cast<Call*>(self)->exchange.sent = static_cast<std::uint64_t>(offset);
    return CURL_SEEKFUNC_OK;
}

void set_tls(CURL* curl, const Tls& tls) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
    if (!tls.authorities.empty()) {
        curl_blob pem{const_cast<char*>(tls.authorities.data()), tls.authorities.size(),
                      CURL_BLOB_COPY};
        curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &pem);
    }
    if (!tls.certificate.empty()) {
        curl_easy_setopt(curl, CURLOPT_SSLCERT, tls.certificate.c_str());
        curl_easy_setopt(curl, CURLOPT_SSLKEY, tls.key.c_str());
    }
}

void set_body(CURL* curl, const Request& request) {
    const bool has_body = request.file >= 0 || !request.body.empty();
    if (request.method == "HEAD") {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    } else if (has_body || request.method == "PUT" || request.method == "POST") {
        const std::uint64_t size = request.file >= 0 ? request.file_size : request.body.size();
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_limits(CURL* curl) {
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, silent_seconds);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 256L << 10);
    curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10);
}

}  // namespace

std::string Answer::field(const std::string& name) const {
    const auto found = fields.find(name);
    return found != fields.end() ? found->second : std::string{};
}

struct Wire::State {
    CURL* curl = nullptr;
    State() {
        start_curl();
        curl = curl_easy_init();
        if (curl == nullptr) throw std::runtime_error{"libcurl has no memory"};
    }
    ~State() { curl_easy_cleanup(curl); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
};

Wire::Wire() : state_{std::make_unique<State>()} {}
Wire::~Wire() = default;

Answer Wire::exchange(const Request& request, const Tls& tls, const Sink& sink) {
    CURL* const curl = state_->curl;
    curl_easy_reset(curl);  // keeps the connections
    set_limits(curl);
    set_tls(curl, tls);
    set_body(curl, request);
    curl_easy_setopt(curl, CURLOPT_URL, request.url.str().c_str());

    curl_slist* list = curl_slist_append(nullptr, "User-Agent: minidock");
    list = curl_slist_append(list, "Expect:");  // we know what to send, and send it at once
    for (const std::string& field : request.fields)
        list = curl_slist_append(list, field.c_str());
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> fields{list,
                                                                             curl_slist_free_all};
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields.get());

    Call call{curl, {request, sink}};
    char reason[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_field);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &call);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &call);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_more);
    curl_easy_setopt(curl, CURLOPT_READDATA, &call);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, &call);

    const CURLcode code = curl_easy_perform(curl);
    if (call.exchange.error) std::rethrow_exception(call.exchange.error);
    if (code != CURLE_OK) {
        throw Unreachable(reason_of(code),
                          request.method + " " + request.url.str() + ": " +
                              (*reason != '\0' ? reason : curl_easy_strerror(code)));
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    call.exchange.answer.status = static_cast<int>(status);
    return std::move(call.exchange.answer);
}

}  // namespace minidock::registry
