// The routes by which images go out into files: GET /images/NAME/get, GET /images/get?names=…
#include "minidock/api/images.hpp"

#include "minidock/base/log.hpp"
#include "minidock/image/save.hpp"

namespace minidock::api {

void Images::save_one(http::Exchange& exchange) {
    save(exchange, {exchange.parameter("name")});
}

void Images::save_several(http::Exchange& exchange) {
    // Clients write names=a&names=b, or names=a,b.
    std::vector<std::string> names;
    for (const std::string& value : exchange.query().all("names")) {
        for (std::size_t start = 0; start <= value.size();) {
            const std::size_t end = std::min(value.find(',', start), value.size());
            if (end > start) names.push_back(value.substr(start, end - start));
            start = end + 1;
        }
    }
    save(exchange, names);
}

void Images::save(http::Exchange& exchange, const std::vector<std::string>& names) {
    refuse_platform(exchange);
    image::save(store_, names, [&](std::string_view bytes) {
        if (!exchange.answered()) exchange.start_stream(200, "application/x-tar");
        exchange.write(bytes);
    });
    log::info("saved {} image(s)", names.size());
    for (const std::string& name : names)
        tell("save", name, name);
}

}  // namespace minidock::api
