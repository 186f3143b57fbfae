// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/diagnostic.h"

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "scenarios/language/diagnostic_renderer.h"

namespace ipcsim::scenario {
namespace {

constexpr DiagnosticCode kSome = DiagnosticCode::unexpected_token;
constexpr DiagnosticCode kOther = DiagnosticCode::unknown_word;

struct Collected {
  std::shared_ptr<SourceFiles> sources = std::make_shared<SourceFiles>();
  Diagnostics diagnostics{sources};

  explicit Collected(std::string text) { sources->add("a.scn", std::move(text)); }
  std::string rendered() const { return render(diagnostics, Colour::kNone); }
};

TEST_CASE("every code has a text of its own") {
  for (const DiagnosticDescription& description : diagnostic_descriptions()) {
    CAPTURE(description.name);
    CHECK(&describe(description.code) == &description);
    CHECK(find_code(code_text(description.code)) == description.code);
    CHECK_FALSE(description.title.empty());
    CHECK(description.title.find('\n') == std::string_view::npos);
    CHECK(description.explanation.size() > 40);
    CHECK(description.explanation.ends_with('\n'));
  }
  CHECK(code_text(DiagnosticCode::not_utf8) == "E0001");
  CHECK(find_code("e0001") == DiagnosticCode::not_utf8);
  CHECK_FALSE(find_code("E9999"));
  CHECK_FALSE(find_code("E001"));
  CHECK_FALSE(find_code("E00x1"));
  CHECK_FALSE(find_code(""));
}

TEST_CASE("a message shows its line, its place and its label") {
  Collected all("scenario 1\n  let a = b\n");
  all.diagnostics.report(kSome, {0, 17, 18}, "this is wrong").with_label("here").with_help("do so");
  CHECK(all.rendered() ==
        "a.scn:2:7: error[E0030]: this is wrong\n"
        "    2 |   let a = b\n"
        "      |       ^ here\n"
        "      = help: do so\n");
}

TEST_CASE("second places are shown with their lines, and a line only once") {
  Collected all("first line\nsecond line\nthird line\n");
  all.diagnostics.report(kSome, {0, 11, 17}, "twice")
      .with_secondary({0, 0, 5}, "first declared here")
      .with_secondary({0, 18, 22}, "in the same line");
  CHECK(all.rendered() ==
        "a.scn:2:1: error[E0030]: twice\n"
        "    2 | second line\n"
        "      | ^^^^^^\n"
        "      |        ---- in the same line\n"
        "    1 | first line\n"
        "      | ----- first declared here\n");
}

TEST_CASE("places in other files are named, with the way they were imported") {
  Collected all("import \"b.scn\"\n");
  const FileIndex second = all.sources->add("b.scn", "import \"c.scn\"\n", {0, 7, 14});
  const FileIndex third = all.sources->add("c.scn", "task a\n", {second, 7, 14});
  all.diagnostics.report(kSome, {third, 5, 6}, "again").with_secondary({0, 7, 14}, "first");
  CHECK(all.rendered() ==
        "c.scn:1:6: error[E0030]: again\n"
        "    1 | task a\n"
        "      |      ^\n"
        "      : a.scn:1\n"
        "    1 | import \"b.scn\"\n"
        "      |        ------- first\n"
        "      = imported at b.scn:1\n"
        "      = imported at a.scn:1\n");
  const std::vector<ReportedDiagnostic> list = reported(all.diagnostics);
  REQUIRE(list.size() == 1);
  REQUIRE(list[0].imported_at.size() == 2);
  CHECK(list[0].imported_at[1].path == "a.scn");
  REQUIRE(list[0].related.size() == 1);
  CHECK(list[0].related[0].message == "first");
}

TEST_CASE("messages without a place, and files without a text") {
  Collected all("");
  all.diagnostics.report(kSome, {}, "nowhere");
  all.diagnostics.report(kOther, {0, 0, 0}, "cannot be read");
  CHECK(all.rendered() ==
        "ipcsim: error[E0030]: nowhere\n"
        "a.scn:1:1: error[E0041]: cannot be read\n");
  CHECK_FALSE(reported(all.diagnostics)[0].place);
}

TEST_CASE("tabs, controls and broken bytes keep carets in place") {
  Collected all("\tx\x1b\xff\xc3\xa9!\n");
  all.diagnostics.report(kSome, {0, 6, 7}, "wrong");
  CHECK(all.rendered() ==
        "a.scn:1:6: error[E0030]: wrong\n"
        "    1 |     x\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9!\n"
        "      |         ^\n");
}

TEST_CASE("a range of several lines is marked on its first") {
  Collected all("abc\ndef\n");
  all.diagnostics.report(kSome, {0, 1, 6}, "long");
  all.diagnostics.report(kOther, {0, 3, 3}, "at the end");
  CHECK(all.rendered() ==
        "a.scn:1:2: error[E0030]: long\n"
        "    1 | abc\n"
        "      |  ^^\n"
        "a.scn:1:4: error[E0041]: at the end\n"
        "    1 | abc\n"
        "      |    ^\n");
}

TEST_CASE("of a long line a piece is shown") {
  for (const std::size_t length : {std::size_t{121}, std::size_t{1000}, std::size_t{500'000}}) {
    for (const std::size_t at : {std::size_t{0}, length / 2, length - 1}) {
      CAPTURE(length);
      CAPTURE(at);
      std::string text(length, '.');
      text[at] = '!';
      Collected all(text);
      const auto begin = static_cast<std::uint32_t>(at);
      all.diagnostics.report(kSome, {0, begin, begin + 1}, "wrong");
      const std::string rendered = all.rendered();
      const std::size_t line = rendered.find("| ") + 2;
      const std::size_t marks = rendered.find("| ", line) + 2;
      CHECK(rendered.size() < 500);
      CHECK(rendered.find('!') - line == rendered.find('^') - marks);
    }
  }
}

TEST_CASE("colour is there only when asked for") {
  Collected all("abc\n");
  all.diagnostics.report(kSome, {0, 0, 1}, "wrong");
  CHECK(all.rendered().find('\x1b') == std::string::npos);
  const std::string coloured = render(all.diagnostics, Colour::kAnsi);
  CHECK(coloured.find("\x1b[1;31merror[E0030]\x1b[0m") != std::string::npos);
}

TEST_CASE("messages are in order of their places, and none is there twice") {
  Collected all("abcdef\n");
  all.diagnostics.report(kSome, {0, 4, 5}, "later");
  all.diagnostics.report(kSome, {0, 1, 2}, "earlier");
  all.diagnostics.report(kSome, {0, 4, 5}, "later").with_help("goes nowhere");
  REQUIRE(all.diagnostics.shown().size() == 2);
  CHECK(all.diagnostics.shown()[0]->message == "earlier");
  CHECK(all.diagnostics.shown()[1]->help.empty());
  CHECK(all.diagnostics.error_count() == 2);
}

TEST_CASE("at most 20 are shown, the rest is counted") {
  Collected all(std::string(10'000, 'x'));
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    all.diagnostics.report(kSome, {0, 5'000 - i, 5'001 - i}, "wrong");
  }
  CHECK(all.diagnostics.shown().size() == 20);
  CHECK(all.diagnostics.omitted() == 4'980);
  CHECK(all.rendered().ends_with("4980 more messages are not shown\n"));
}

TEST_CASE("warnings make room for errors, and are no errors") {
  constexpr DiagnosticCode kWarning = DiagnosticCode::unused;
  REQUIRE(describe(kWarning).severity == Severity::kWarning);
  Collected all(std::string(100, 'x'));
  for (std::uint32_t i = 0; i < 30; ++i) all.diagnostics.report(kWarning, {0, i, i + 1}, "unused");
  CHECK_FALSE(all.diagnostics.has_errors());
  CHECK_FALSE(all.diagnostics.empty());
  all.diagnostics.report(kSome, {0, 50, 51}, "wrong");
  CHECK(all.diagnostics.has_errors());
  CHECK(all.diagnostics.shown().size() == 20);
  CHECK(all.diagnostics.shown().back()->message == "wrong");
  CHECK(all.diagnostics.omitted() == 11);
  CHECK(reported(all.diagnostics).front().severity == "warning");
}

TEST_CASE("texts are safe to be shown") {
  Collected all("abc\n");
  all.diagnostics.report(kSome, {0, 0, 1}, "a\nb\x1b[1m\xff").with_help("\xc3\xa9\t");
  const Diagnostic& diagnostic = *all.diagnostics.shown()[0];
  CHECK(diagnostic.message ==
        "a\xef\xbf\xbd"
        "b\xef\xbf\xbd[1m\xef\xbf\xbd");
  CHECK(diagnostic.help == "\xc3\xa9\xef\xbf\xbd");
}

TEST_CASE("endless texts are cut") {
  Collected all("abc\n");
  all.diagnostics.report(kSome, {0, 0, 1}, std::string(100'000, 'm'))
      .with_label(std::string(100'000, 'l'))
      .with_help(std::string(100'000, '\xc3'));
  CHECK(all.rendered().size() < 2'000);
}

}  // namespace
}  // namespace ipcsim::scenario
