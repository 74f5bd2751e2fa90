#include "minidock/client/transfer_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "minidock/client/text.hpp"

namespace minidock::client {
namespace {

constexpr std::size_t bar_width = 30;

std::string text_of(const Json& message, const char* key) {
    const auto found = message.find(key);
    return found != message.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::string progress_bar(std::uint64_t done, std::uint64_t total,
                         std::chrono::duration<double> time) {
    const double share =
        total == 0 ? 0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    const auto filled = static_cast<std::size_t>(share * bar_width);
    std::string bar(filled, '=');
    if (filled < bar_width) bar += '>';
    bar.resize(bar_width, ' ');
    std::string text = fmt::format("[{}] {:>8}/{}", bar, human_size(done), human_size(total));
    // The first moments tell nothing about the speed.
    if (time < std::chrono::milliseconds{500} || done == 0 || done >= total) return text;
    const double speed = static_cast<double>(done) / time.count();
    const double left = static_cast<double>(total - done) / speed;
    return text +
           fmt::format("  {}/s  {:.0f}s left", human_size(static_cast<std::uint64_t>(speed)), left);
}

std::string TransferView::redraw(const std::string& id, std::string text) {
    Line& line = lines_[id];
    line.text = std::move(text);
    const auto place = std::ranges::find(order_, id);
    if (place == order_.end()) {
        order_.push_back(id);
        return fmt::format("{}\n", line.text);
    }
    const auto up = static_cast<unsigned>(order_.end() - place);
    if (up >= rows_) return {};  // it has left the screen
    // Up to its line, erase that, write it anew, and back down (ECMA-48: CUU, EL, CUD).
    return fmt::format("\x1b[{}A\r\x1b[2K{}\r\x1b[{}B", up, line.text, up);
}

std::string TransferView::show(const Json& message) {
    const std::string id = text_of(message, "id");
    const std::string status = text_of(message, "status");
    if (status.empty()) return text_of(message, "stream");
    const Json detail = message.value("progressDetail", Json::object());
    const bool has_bar = detail.is_object() && detail.contains("total");
    if (id.empty()) {
        order_.clear();  // what follows stands below
        return status + "\n";
    }
    Line& line = lines_[id];
    const bool is_new = line.status != status;
    if (is_new) {
        line.status = status;
        line.since = std::chrono::steady_clock::now();
    }
    std::string text = fmt::format("{}: {}", id, status);
    if (rows_ == 0) return is_new ? text + "\n" : "";
    if (has_bar) {
        text += " " + progress_bar(detail.value("current", std::uint64_t{0}),
                                   detail.value("total", std::uint64_t{0}),
                                   std::chrono::steady_clock::now() - line.since);
    }
    return redraw(id, std::move(text));
}

}  // namespace minidock::client
