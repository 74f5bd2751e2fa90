#include "minidock/image/whiteout.hpp"

#include <gtest/gtest.h>

namespace minidock::image {
namespace {

using Kind = Whiteout::Kind;

TEST(Whiteouts, AreToldApartByTheirNames) {
    struct Row {
        std::string_view base_name;
        Kind kind;
        std::string_view name;
    };
    for (const auto& [base_name, kind, name] : {
             Row{"file", Kind::none, ""},
             Row{".hidden", Kind::none, ""},
             Row{".wh", Kind::none, ""},
             Row{"a.wh.b", Kind::none, ""},
             Row{".wh.file", Kind::removed, "file"},
             Row{".wh..hidden", Kind::removed, ".hidden"},
             Row{".wh.", Kind::removed, ""},
             Row{".wh...", Kind::removed, ".."},
             Row{".wh..wh..opq", Kind::opaque, ""},
             Row{".wh..wh.plnk", Kind::metadata, ""},
             Row{".wh..wh.aufs", Kind::metadata, ""},
         }) {
        const Whiteout whiteout = classify_name(base_name);
        EXPECT_EQ(whiteout.kind, kind) << base_name;
        EXPECT_EQ(whiteout.name, name) << base_name;
    }
}

}  // namespace
}  // namespace minidock::image
