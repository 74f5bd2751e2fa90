// What stands behind the ? of a request, and the filters in it.
#include "minidock/http/query.hpp"
#include "minidock/http/filters.hpp"
#include "tests/fuzz/target.hpp"

void minidock::fuzz::read(std::string_view input) {
    const http::Query query{input};
    (void)query.flag("all");
    (void)query.integer("t");
    (void)query.all("names");
    const http::Filters filters = query.filters();
    (void)filters.matches("label", "a=b");
    (void)http::percent_encode(http::percent_decode(input));
}
