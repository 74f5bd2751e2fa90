#include "minidock/image/digest.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

#include "minidock/base/error.hpp"

namespace minidock::image {
namespace {

constexpr std::size_t hex_digits = 64;

bool is_hex(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::optional<Digest> Digest::from_hex(std::string_view hex) {
    if (hex.size() != hex_digits || !is_hex(hex)) return std::nullopt;
    return Digest{std::string{prefix} + std::string{hex}};
}

std::optional<Digest> Digest::try_parse(std::string_view text) {
    if (!text.starts_with(prefix)) return std::nullopt;
    return from_hex(text.substr(prefix.size()));
}

Digest Digest::parse(std::string_view text) {
    auto digest = try_parse(text);
    if (!digest) {
        throw BadParameter("\"" + std::string{text.substr(0, 100)} +
                           "\" is not a digest: want sha256: and 64 hexadecimal digits");
    }
    return *std::move(digest);
}

struct Hasher::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    State() {
        if (context == nullptr || EVP_DigestInit_ex(context, EVP_sha256(), nullptr) != 1) {
            throw std::runtime_error("OpenSSL gives no SHA-256");
        }
    }
    ~State() { EVP_MD_CTX_free(context); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
};

Hasher::Hasher() : state_{std::make_unique<State>()} {}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::update(std::string_view bytes) {
    EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

Digest Hasher::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned size = 0;
    EVP_DigestFinal_ex(state_->context, hash.data(), &size);
    std::string hex;
    hex.reserve(hex_digits);
    for (const unsigned char byte : std::span{hash}.first(size)) {
        constexpr std::string_view digits = "0123456789abcdef";
        hex += digits[byte >> 4U];
        hex += digits[byte & 0xFU];
    }
    return *Digest::from_hex(hex);
}

Digest digest_of(std::string_view content) {
    Hasher hasher;
    hasher.update(content);
    return hasher.finish();
}

// [chain-id]
Digest chain_id(const std::optional<Digest>& below, const Digest& diff_id) {
    // lab 06.1: the lowest layer's chain ID is its diff ID; any other's is the digest of the text
    // "CHAIN-ID-BELOW DIFF-ID".
    if (!below) return diff_id;
    return digest_of(below->str() + " " + diff_id.str());
    // end lab
}
// [/chain-id]

}  // namespace minidock::image
