// Makes tar archives byte by byte, so that tests can make also those that no honest program would.
#pragma once

#include <array>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "minidock/image/source.hpp"

namespace minidock::test {

/// One entry, in the words of POSIX's ustar header; what does not fit goes into a pax header.
struct TarItem {
    std::string name;
    char type =
        '0';  ///< '0' file, '1' hard link, '2' link, '3' and '4' devices, '5' folder, '6' fifo
    std::string content = {};
    std::string link = {};
    unsigned mode = 0644;
    unsigned uid = 0;
    unsigned gid = 0;
    long mtime = 1'000'000'000;
    unsigned major = 0;
    unsigned minor = 0;
    std::vector<std::pair<std::string, std::string>> pax = {};  ///< further pax records
    long long claimed_size = -1;  ///< what the header says; -1 for the truth
};

class TarBuilder {
  public:
    TarBuilder& add(TarItem item) {
        if (item.name.size() > 99) {
            item.pax.emplace_back("path", item.name);
            item.name = "long";
        }
        if (item.link.size() > 99) {
            item.pax.emplace_back("linkpath", item.link);
            item.link = "long";
        }
        if (!item.pax.empty()) add_pax(item.pax);
        add_raw(item);
        return *this;
    }
    TarBuilder& file(const std::string& name, const std::string& content) {
        return add({.name = name, .content = content});
    }
    TarBuilder& folder(const std::string& name, unsigned mode = 0755) {
        return add({.name = name, .type = '5', .mode = mode});
    }
    TarBuilder& symlink(const std::string& name, const std::string& target) {
        return add({.name = name, .type = '2', .link = target, .mode = 0777});
    }
    TarBuilder& hard_link(const std::string& name, const std::string& target) {
        return add({.name = name, .type = '1', .link = target});
    }

    /// The archive with its end mark.
    [[nodiscard]] std::string str() const { return bytes_ + std::string(1024, '\0'); }
    /// What has been written, cut off as by a broken connection.
    [[nodiscard]] std::string unfinished() const { return bytes_; }

  private:
    void add_pax(const std::vector<std::pair<std::string, std::string>>& records) {
        std::string text;
        for (const auto& [key, value] : records) {
            const std::string record = " " + key + "=" + value + "\n";
            std::size_t length = record.size() + 1;
            while (std::to_string(length).size() + record.size() != length)
                ++length;
            text += std::to_string(length) + record;
        }
        add_raw({.name = "pax", .type = 'x', .content = text});
    }

    void add_raw(const TarItem& item) {
        std::array<char, 512> header{};
        const auto put = [&](std::size_t at, const std::string& text) {
            std::memcpy(header.data() + at, text.data(), text.size());
        };
        const auto octal = [&](std::size_t at, int digits, unsigned long long value) {
            std::array<char, 24> text{};
            std::snprintf(text.data(), text.size(), "%0*llo", digits, value);
            put(at, text.data());
        };
        const auto size = item.claimed_size >= 0
                              ? static_cast<unsigned long long>(item.claimed_size)
                              : item.content.size();
        put(0, item.name);
        octal(100, 7, item.mode);
        octal(108, 7, item.uid);
        octal(116, 7, item.gid);
        octal(124, 11, size);
        octal(136, 11, static_cast<unsigned long long>(item.mtime));
        put(148, std::string(8, ' '));
        header[156] = item.type;
        put(157, item.link);
        put(257, std::string("ustar\00000", 8));
        octal(329, 7, item.major);
        octal(337, 7, item.minor);
        unsigned checksum = 0;
        for (const char c : header)
            checksum += static_cast<unsigned char>(c);
        octal(148, 6, checksum);
        header[154] = '\0';
        bytes_.append(header.data(), header.size());
        bytes_ += item.content;
        bytes_.resize((bytes_.size() + 511) / 512 * 512);
    }

    std::string bytes_;
};

/// Bytes in memory as a source.
class MemorySource : public image::Source {
  public:
    explicit MemorySource(std::string bytes) : bytes_{std::move(bytes)} {}
    std::string_view next() override {
        constexpr std::size_t block = 10'000;  // no multiple of anything
        const std::string_view all{bytes_};
        const std::string_view piece = all.substr(at_, block);
        at_ += piece.size();
        return piece;
    }

  private:
    std::string bytes_;
    std::size_t at_ = 0;
};

}  // namespace minidock::test
