// A layer, as it comes from anywhere, packed or not.
#include "minidock/image/tar_reader.hpp"
#include "tests/fuzz/target.hpp"

namespace {

class MemorySource : public minidock::image::Source {
  public:
    explicit MemorySource(std::string_view bytes) : bytes_{bytes} {}
    std::string_view next() override { return std::exchange(bytes_, {}); }

  private:
    std::string_view bytes_;
};

}  // namespace

void minidock::fuzz::read(std::string_view input) {
    MemorySource source{input};
    image::TarReader tar{source, "layer", image::TarReader::Compressed::perhaps};
    constexpr std::uint64_t limit = 1 << 16;
    while (const image::TarEntry* entry = tar.next()) {
        if (entry->type == image::TarEntry::Type::file) (void)tar.read_content(limit);
    }
}
