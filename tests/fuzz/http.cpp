// A request as a client sends it, in pieces: the first byte says how long they are.
#include "minidock/http/parser.hpp"
#include "tests/fuzz/target.hpp"

void minidock::fuzz::read(std::string_view input) {
    if (input.empty()) return;
    const std::size_t piece = 1 + static_cast<unsigned char>(input.front());
    input.remove_prefix(1);
    const auto parser = http::RequestParser::make(8192);
    std::string waiting;
    while (!input.empty() && !parser->done()) {
        waiting += input.substr(0, piece);
        input.remove_prefix(std::min(piece, input.size()));
        while (const std::size_t taken = parser->put(waiting)) {
            waiting.erase(0, taken);
            parser->body().clear();
            if (waiting.empty() || parser->done()) break;
        }
    }
    if (!parser->done()) parser->put_end();
    (void)parser->request().wants_upgrade();
    (void)parser->keep_alive();
}
