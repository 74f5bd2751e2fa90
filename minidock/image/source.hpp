// Where bytes come from: a file, the body of a request, or another source decompressed. A reader
// pulls one block after the other, so content of any size passes through little memory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/image/digest.hpp"

namespace minidock::image {

class Source {
  public:
    Source() = default;
    virtual ~Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    /// The next block, valid until the next call; an empty one at the end.
    virtual std::string_view next() = 0;
};

/// An open file or pipe, from where it stands to its end.
class FileSource : public Source {
  public:
    FileSource(int fd, std::string what);
    std::string_view next() override;

  private:
    int fd_;
    std::string what_;
    std::vector<char> buffer_;
};

/// Passes another source on, and computes its digest on the way.
class HashingSource : public Source {
  public:
    explicit HashingSource(Source& inner) : inner_{inner} {}
    std::string_view next() override;
    /// Reads what is left, since the digest is that of the whole.
    Digest finish();

  private:
    Source& inner_;
    Hasher hasher_;
};

/// Passes another source on, and tells how much went by.
class CountingSource : public Source {
  public:
    CountingSource(Source& inner, std::function<void(std::uint64_t)> on_total)
        : inner_{inner}, on_total_{std::move(on_total)} {}
    std::string_view next() override;

  private:
    Source& inner_;
    std::function<void(std::uint64_t)> on_total_;
    std::uint64_t total_ = 0;
};

/// How content is packed; known by its first bytes.
enum class Compression { none, gzip, bzip2, xz, zstd };

/// @param start  at least the first 6 bytes
Compression compression_of(std::string_view start);
/// The same of an open file, wherever it stands.
Compression compression_of(const Fd& file, const std::string& what);

/// Unpacks gzip, bzip2, xz or zstd. What is not compressed must not be given to it.
class DecompressingSource : public Source {
  public:
    DecompressingSource(Source& packed, std::string what);
    ~DecompressingSource() override;
    std::string_view next() override;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace minidock::image
