#include "minidock/containers/names.hpp"

#include <algorithm>
#include <array>
#include <random>

#include "minidock/base/error.hpp"

namespace minidock::containers {
namespace {

constexpr std::array adjectives{
    "able",    "airy",     "ample",   "amber",  "azure",   "bold",    "brisk",   "bronze", "calm",
    "candid",  "civil",    "clear",   "cobalt", "cosy",    "crisp",   "curious", "daring", "deft",
    "dusky",   "early",    "earnest", "easy",   "fabled",  "fair",    "fleet",   "fond",   "frank",
    "gentle",  "gilded",   "glad",    "golden", "grand",   "hardy",   "hearty",  "humble", "idle",
    "ivory",   "jaunty",   "jolly",   "keen",   "kind",    "lasting", "light",   "lively", "loyal",
    "lucid",   "mellow",   "merry",   "mild",   "misty",   "modest",  "nimble",  "noble",  "olive",
    "patient", "placid",   "plucky",  "polite", "proud",   "quaint",  "quiet",   "rapid",  "ready",
    "robust",  "rosy",     "rugged",  "sandy",  "serene",  "silent",  "silver",  "sleek",  "smooth",
    "snug",    "sober",    "solid",   "spry",   "stable",  "steady",  "stout",   "sunny",  "swift",
    "tidy",    "tireless", "trusty",  "upbeat", "valiant", "vivid",   "warm",    "wary",   "wise",
    "witty",   "zesty",
};

/// Ships that carried people or ideas far.
constexpr std::array ships{
    "adventure",     "amistad",     "argo",         "ariel",      "aurora",      "beagle",
    "belgica",       "bounty",      "calypso",      "carpathia",  "challenger",  "clermont",
    "constellation", "cutty",       "discovery",    "dove",       "dreadnought", "endeavour",
    "endurance",     "enterprise",  "erebus",       "essex",      "fram",        "galathea",
    "gauss",         "gjoa",        "godspeed",     "griffin",    "halve_maen",  "hecla",
    "hermione",      "hjortspring", "investigator", "jeannette",  "karluk",      "kontiki",
    "maud",          "mayflower",   "meteor",       "monitor",    "nautilus",    "nimrod",
    "nina",          "novara",      "oseberg",      "pamir",      "passat",      "pinta",
    "pourquoi_pas",  "quest",       "rattlesnake",  "resolution", "roosevelt",   "savannah",
    "scotia",        "sirius",      "skidbladnir",  "spray",      "surprise",    "terra_nova",
    "terror",        "thermopylae", "titania",      "trieste",    "valdivia",    "vasa",
    "vega",          "victoria",    "vitoria",      "yankee",
};

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name(std::string_view text) {
    return text.size() >= 2 && is_letter_or_digit(text[0]) &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-';
           });
}

}  // namespace

std::string parse_name(std::string_view text) {
    if (text.starts_with('/')) text.remove_prefix(1);
    if (!is_name(text)) {
        throw BadParameter("Invalid container name (" + std::string{text} +
                           "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }
    return std::string{text};
}

std::string random_name() {
    thread_local std::minstd_rand random{std::random_device{}()};
    const auto pick = [&](const auto& words) { return words.at(random() % words.size()); };
    return std::string{pick(adjectives)} + "_" + pick(ships);
}

}  // namespace minidock::containers
