#include "minidock/base/timestamp.hpp"

#include <fmt/format.h>

#include <charconv>

namespace minidock {
namespace {

using std::chrono::days;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// "2024-05-01T12:00:00" of the whole seconds.
std::string to_the_second(Timestamp time) {
    const auto day = std::chrono::floor<days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<seconds>(time - day)};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

long fraction_of(Timestamp time) {
    return static_cast<long>((time - std::chrono::floor<seconds>(time)).count());
}

/// Takes fixed-width numbers and separators off the front of a text.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_{text} {}

    bool number(std::size_t width, int& value) {
        if (rest_.size() < width) return false;
        const char* const end = rest_.data() + width;
        const auto [stop, error] = std::from_chars(rest_.data(), end, value);
        if (error != std::errc{} || stop != end || value < 0) return false;
        rest_.remove_prefix(width);
        return true;
    }
    bool skip(char wanted) {
        if (rest_.empty() || rest_.front() != wanted) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// The digits of a fraction, as nanoseconds; more than nine are cut off.
    bool fraction(long& value) {
        std::size_t count = 0;
        value = 0;
        while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
            if (count < 9) value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
            ++count;
        }
        for (std::size_t i = count; i < 9; ++i)
            value *= 10;
        return count > 0;
    }
    [[nodiscard]] bool done() const { return rest_.empty(); }

  private:
    std::string_view rest_;
};

/// "Z", "+02:00" or "-05:30" at the end of a time.
bool read_offset(Scanner& scan, seconds& offset) {
    if (scan.skip('Z') || scan.skip('z')) return scan.done();
    const int sign = scan.skip('+') ? 1 : scan.skip('-') ? -1 : 0;
    int hours = 0;
    int minutes = 0;
    if (sign == 0 || !scan.number(2, hours) || !scan.skip(':') || !scan.number(2, minutes)) {
        return false;
    }
    offset = seconds{sign * (hours * 3600 + minutes * 60)};
    return scan.done();
}

}  // namespace

Timestamp now() {
    return std::chrono::time_point_cast<nanoseconds>(std::chrono::system_clock::now());
}

std::string to_rfc3339(Timestamp time) {
    std::string fraction = fmt::format(".{:09}", fraction_of(time));
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return to_the_second(time) + (fraction == "." ? "" : fraction) + "Z";
}

std::string to_rfc3339_padded(Timestamp time) {
    return fmt::format("{}.{:09}Z", to_the_second(time), fraction_of(time));
}

std::optional<Timestamp> from_rfc3339(std::string_view text) {
    Scanner scan{text};
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    const bool date = scan.number(4, year) && scan.skip('-') && scan.number(2, month) &&
                      scan.skip('-') && scan.number(2, day) && (scan.skip('T') || scan.skip('t'));
    const bool clock = date && scan.number(2, hour) && scan.skip(':') && scan.number(2, minute) &&
                       scan.skip(':') && scan.number(2, second);
    if (!clock || hour > 23 || minute > 59 || second > 60) return std::nullopt;

    long fraction = 0;
    if (scan.skip('.') && !scan.fraction(fraction)) return std::nullopt;
    seconds offset{0};
    if (!read_offset(scan, offset)) return std::nullopt;

    const std::chrono::year_month_day calendar{std::chrono::year{year},
                                               std::chrono::month{static_cast<unsigned>(month)},
                                               std::chrono::day{static_cast<unsigned>(day)}};
    // 64 bits of nanoseconds reach from 1678 to 2261.
    if (!calendar.ok() || year < 1678 || year > 2261) return std::nullopt;
    const auto midnight = std::chrono::sys_days{calendar};
    return midnight + std::chrono::hours{hour} + std::chrono::minutes{minute} + seconds{second} -
           offset + nanoseconds{fraction};
}

}  // namespace minidock
