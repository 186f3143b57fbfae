// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/source_file.h"

#include <doctest/doctest.h>

#include "scenarios/language/utf8.h"

namespace ipcsim::scenario {
namespace {

TEST_CASE("places are counted from 1, columns by characters") {
  SourceFiles sources;
  const FileIndex index = sources.add("a.scn", "ab\n\xc3\xa9x\r\n\nlast");
  const SourceFile& file = sources.file(index);
  CHECK(file.position(0) == SourcePosition{1, 1});
  CHECK(file.position(2) == SourcePosition{1, 3});  // the line end itself
  CHECK(file.position(3) == SourcePosition{2, 1});
  CHECK(file.position(5) == SourcePosition{2, 2});  // behind the character of two bytes
  CHECK(file.position(1000) == SourcePosition{4, 5});
  CHECK(file.line_count() == 4);
  CHECK(file.line_text(2) == "\xc3\xa9x");
  CHECK(file.line_text(3).empty());
  CHECK(file.line_text(4) == "last");
  CHECK(file.line_text(5).empty());
}

TEST_CASE("files stay where they are while others are added") {
  SourceFiles sources;
  const FileIndex first = sources.add("a.scn", "first");
  const std::string_view text = sources.file(first).text();
  for (int i = 0; i < 100; ++i) sources.add("b.scn", "more", {first, 0, 5});
  CHECK(text.data() == sources.file(first).text().data());
  CHECK(sources.count() == 101);
  CHECK_FALSE(sources.file(first).imported_at().has_place());
  CHECK(sources.text(sources.file(7).imported_at()) == "first");
}

TEST_CASE("ranges name their line") {
  SourceFiles sources;
  const FileIndex file = sources.add("dir/a.scn", "x\ny z\n");
  CHECK(sources.line_name({file, 4, 5}) == "dir/a.scn:2");
  CHECK(sources.line_name({}).empty());
  CHECK(sources.text({file, 4, 5}) == "z");
  CHECK(sources.text({}).empty());
  CHECK(sources.text({file, 4, 500}) == "z\n");
  CHECK(sources.position({file, 4, 5}) == SourcePosition{2, 3});
}

TEST_CASE("UTF-8 is told from what is none") {
  CHECK(utf8_length("a", 0) == 1);
  CHECK(utf8_length("\xc3\xa9", 0) == 2);
  CHECK(utf8_length("\xe2\x82\xac", 0) == 3);
  CHECK(utf8_length("\xf0\x9f\x98\x80", 0) == 4);
  for (const char* invalid :
       {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x82"}) {
    CAPTURE(invalid);
    CHECK(utf8_length(invalid, 0) == 0);
  }
  CHECK(find_invalid_utf8("ab\xc3\xa9") == std::string_view::npos);
  CHECK(find_invalid_utf8("ab\xc3") == 2);
  CHECK(character_count("a\xc3\xa9\xe2\x82\xac") == 3);
}

}  // namespace
}  // namespace ipcsim::scenario
