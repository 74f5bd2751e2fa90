// What a registry or an archive says of an image. The first byte chooses the document.
#include "minidock/image/config.hpp"
#include "minidock/image/entry_path.hpp"
#include "minidock/image/manifest.hpp"
#include "minidock/image/reference.hpp"
#include "tests/fuzz/target.hpp"

void minidock::fuzz::read(std::string_view input) {
    if (input.empty()) return;
    const std::string_view text = input.substr(1);
    switch (input.front()) {
        case 'm':
            (void)image::parse_manifest(text, "manifest");
            break;
        case 'i':
            (void)image::parse_index(text, "index");
            break;
        case 'a':
            (void)image::parse_archive_manifest(text);
            break;
        case 'c':
            (void)image::parse_config(text, "config");
            break;
        case 'r':
            (void)image::Reference::parse(text).with_default_tag().str();
            break;
        case 'e':
            (void)image::EntryPath::parse(text).parent();
            break;
        default:
            break;
    }
}
