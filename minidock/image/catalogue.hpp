// Which images there are and what they are called: index.json of the layout, and the same in
// memory. It knows nothing of where content lies, and does no locking; the Store does.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/image/image.hpp"

namespace minidock::image {

class Catalogue {
  public:
    /// Adds an image that is not there yet; its tags are ignored.
    void add(Image image);
    /// Takes an image and all its names out.
    void remove(const Digest& id);
    /// Gives an image a name, which any other image loses.
    void tag(const Digest& id, const Reference& name, Timestamp when);
    void untag(const Reference& name);

    [[nodiscard]] bool has(const Digest& id) const { return images_.contains(id); }
    /// Finds an image by name, ID, or the start of an ID; a name wins over a start of an ID.
    /// @throws NotFound "No such image: NAME:TAG", BadParameter when it is no name at all
    [[nodiscard]] Image get(std::string_view name_or_id) const;
    [[nodiscard]] Image get(const Digest& id) const;
    /// The image of that very name.
    [[nodiscard]] std::optional<Digest> find(const Reference& name) const;
    /// Whether `text` is an image's ID or the start of one, rather than a name.
    [[nodiscard]] bool is_id(std::string_view text, const Digest& id) const;
    /// The name by which get() finds an image when asked for `text`, which is not an ID.
    [[nodiscard]] Reference name_of(std::string_view text) const;
    /// All images, the youngest first.
    [[nodiscard]] std::vector<Image> list() const;

    /// index.json.
    [[nodiscard]] Index to_index() const;

  private:
    struct Tag {
        Digest image;
        Timestamp when;
    };

    [[nodiscard]] std::optional<Digest> find_by_prefix(std::string_view text) const;
    [[nodiscard]] std::optional<Digest> find_by_digest(const Reference& name) const;

    std::map<Digest, Image> images_;
    std::map<Reference, Tag> tags_;
};

/// The annotations of an entry of index.json.
namespace annotation {
inline constexpr const char* name = "org.opencontainers.image.ref.name";
inline constexpr const char* tagged = "io.minidock.image.tagged";  ///< when, RFC 3339
}  // namespace annotation

}  // namespace minidock::image
