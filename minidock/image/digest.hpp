// The name of content: the hash of its bytes. See the OCI image specification, "Digests". Only
// SHA-256 is known here, as everywhere in practice.
#pragma once

#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace minidock::image {

/// "sha256:" and 64 hexadecimal digits. There is no other way to have one than from such a text
/// or from the content itself.
class Digest {
  public:
    /// @throws BadParameter when `text` is not a digest
    static Digest parse(std::string_view text);
    static std::optional<Digest> try_parse(std::string_view text);
    /// From the 64 digits alone, as files and folders are named.
    static std::optional<Digest> from_hex(std::string_view hex);

    [[nodiscard]] const std::string& str() const noexcept { return text_; }
    [[nodiscard]] std::string hex() const { return text_.substr(prefix.size()); }
    /// The 12 digits that people are shown.
    [[nodiscard]] std::string short_hex() const { return text_.substr(prefix.size(), 12); }

    auto operator<=>(const Digest&) const = default;

    static constexpr std::string_view prefix = "sha256:";

  private:
    explicit Digest(std::string text) : text_{std::move(text)} {}
    std::string text_;
};

/// Computes a digest while the content passes by.
class Hasher {
  public:
    Hasher();
    ~Hasher();
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;

    void update(std::string_view bytes);
    /// The digest of all that was given; the hasher is spent.
    Digest finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

Digest digest_of(std::string_view content);

/// What identifies a layer together with all below it (OCI image specification, "Layer ChainID").
/// @param below  the chain ID of the layers below; none for the lowest, whose chain ID is its
///               own digest
Digest chain_id(const std::optional<Digest>& below, const Digest& diff_id);

}  // namespace minidock::image
