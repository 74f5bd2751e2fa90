#include "minidock/image/blob_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "minidock/base/atomic_file.hpp"
#include "minidock/base/error.hpp"
#include "minidock/image/manifest.hpp"

namespace minidock::image {
namespace {

constexpr std::string_view layout_file = R"({"imageLayoutVersion":"1.0.0"})";

struct stat status_of(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) < 0) throw SystemError("look at " + path);
    return status;
}

}  // namespace

BlobWriter::BlobWriter(std::string path)
    : path_{std::move(path)}, file_{open_file(path_, O_RDWR | O_CREAT | O_EXCL, 0644)} {}

// [write]
void BlobWriter::write(std::string_view block) {
    hasher_.update(block);
    write_all(file_.get(), block, path_);
    size_ += block.size();
}
// [/write]

void BlobWriter::start_over() {
    if (::ftruncate(file_.get(), 0) < 0 || ::lseek(file_.get(), 0, SEEK_SET) < 0)
        throw SystemError("empty " + path_);
    hasher_ = Hasher{};
    size_ = 0;
}

StagedBlob BlobWriter::finish() {
    const Compression compression = compression_of(file_, path_);
    file_.reset();
    return {hasher_.finish(), size_, compression, path_};
}

StagedBlob Staging::receive(Source& source) {
    BlobWriter writer = begin();
    for (std::string_view block = source.next(); !block.empty(); block = source.next())
        writer.write(block);
    return writer.finish();
}

StagedBlob Staging::receive(TarReader& reader) {
    BlobWriter writer = begin();
    while (const auto block = reader.next_block())
        writer.write(block->bytes);
    return writer.finish();
}

BlobStore::BlobStore(std::string root) : root_{std::move(root)} {
    std::filesystem::create_directories(root_ + "/blobs/sha256");
    std::filesystem::create_directories(root_ + "/incoming");
    if (!std::filesystem::exists(root_ + "/oci-layout")) {
        write_atomically(root_ + "/oci-layout", layout_file, Durability::power_loss);
    }
    if (!std::filesystem::exists(index_path())) {
        write_atomically(index_path(), to_json(Index{}), Durability::power_loss);
    }
}

std::string BlobStore::path(const Digest& digest) const {
    return root_ + "/blobs/sha256/" + digest.hex();
}

bool BlobStore::has(const Digest& digest) const {
    return ::access(path(digest).c_str(), F_OK) == 0;
}

Fd BlobStore::open(const Digest& digest) const {
    return open_file(path(digest), O_RDONLY);
}

std::string BlobStore::read(const Digest& digest) const {
    if (size(digest) > largest_document) {
        throw BadParameter("blob " + digest.str() + " is too large for a manifest or config");
    }
    std::string content = read_file(path(digest));
    if (digest_of(content) != digest) {
        throw BadParameter("blob " + digest.str() + " has been damaged on the disk");
    }
    return content;
}

std::uint64_t BlobStore::size(const Digest& digest) const {
    return static_cast<std::uint64_t>(status_of(path(digest)).st_size);
}

std::vector<Digest> BlobStore::list() const {
    std::vector<Digest> digests;
    for (const auto& entry : std::filesystem::directory_iterator{root_ + "/blobs/sha256"}) {
        if (auto digest = Digest::from_hex(entry.path().filename().string())) {
            digests.push_back(*std::move(digest));
        }
    }
    return digests;
}

void BlobStore::adopt(const StagedBlob& blob) {
    if (has(blob.digest)) return;
    const std::string target = path(blob.digest);
    if (::rename(blob.path.c_str(), target.c_str()) < 0) throw SystemError("store " + target);
}

Digest BlobStore::put(std::string_view content) {
    Digest digest = digest_of(content);
    if (!has(digest)) write_atomically(path(digest), content, Durability::power_loss);
    return digest;
}

void BlobStore::remove(const Digest& digest) {
    const std::string target = path(digest);
    if (::unlink(target.c_str()) < 0 && errno != ENOENT) throw SystemError("remove " + target);
}

unsigned BlobStore::clean_up() {
    unsigned count = 0;
    for (const auto& entry : std::filesystem::directory_iterator{root_ + "/incoming"}) {
        std::filesystem::remove_all(entry.path());
        ++count;
    }
    return count;
}

}  // namespace minidock::image
