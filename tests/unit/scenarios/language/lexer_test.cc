// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/lexer.h"

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "scenarios/language/source_limits.h"

namespace ipcsim::scenario {
namespace {

struct Lexed {
  std::shared_ptr<SourceFiles> sources = std::make_shared<SourceFiles>();
  Diagnostics diagnostics{sources};
  LexedFile file;

  explicit Lexed(std::string text) {
    const FileIndex index = sources->add("test.scn", std::move(text));
    file = lex(*sources, index, diagnostics);
  }

  // The tokens' texts, with \ for the end of a line and ? for what is none.
  std::string tokens() const {
    std::string all;
    for (const Token& token : file.tokens) {
      if (token.kind == TokenKind::kEndOfFile) return all;
      if (!all.empty()) all += ' ';
      if (token.kind == TokenKind::kNewline) {
        all += '\\';
      } else if (token.kind == TokenKind::kInvalid) {
        all += '?';
      } else {
        all += sources->file(0).text().substr(token.begin, token.end - token.begin);
      }
    }
    return "no end";
  }

  std::string codes() const {
    std::string all;
    for (const Diagnostic* diagnostic : diagnostics.shown()) {
      if (!all.empty()) all += ' ';
      all += code_text(diagnostic->code);
    }
    return all;
  }
};

TEST_CASE("marks are as long as they can be") {
  CHECK(Lexed("a+=b++c+d==e=f<=g<<h<i>>j>=k..l.m").tokens() ==
        "a += b ++ c + d == e = f <= g << h < i >> j >= k .. l . m");
  CHECK(Lexed("{}()[],;:!=-*/%&|^").tokens() == "{ } ( ) [ ] , ; : != - * / % & | ^");
}

TEST_CASE("words are reserved or names") {
  const Lexed lexed("loop loops starts_with timeout");
  REQUIRE(lexed.file.tokens.size() == 5);
  CHECK(lexed.file.tokens[0].kind == TokenKind::kLoop);
  CHECK(lexed.file.tokens[1].kind == TokenKind::kIdentifier);
  CHECK(lexed.file.tokens[2].kind == TokenKind::kStartsWith);
  CHECK(lexed.file.tokens[3].kind == TokenKind::kIdentifier);
  for (const std::string_view word : reserved_words()) {
    const Lexed one{std::string(word)};
    CHECK(is_reserved_word(one.file.tokens[0].kind));
    CHECK(spelling_of(one.file.tokens[0].kind) == word);
  }
}

TEST_CASE("a number ends where its unit begins") {
  CHECK(Lexed("20_000cy 3us 0x1F_ff 1 page 4KiB 1..64").tokens() ==
        "20_000 cy 3 us 0x1F_ff 1 page 4 KiB 1 .. 64");
}

TEST_CASE("malformed numbers are reported and are no numbers") {
  for (const char* number : {"0x", "1__0", "1_", "0x_1", "0X1f"}) {
    CAPTURE(number);
    const Lexed lexed(number);
    CHECK(lexed.codes() == "E0006");
    CHECK(lexed.file.tokens[0].kind == TokenKind::kInvalid);
  }
  CHECK(Lexed("1.5us").codes() == "E0008");
}

TEST_CASE("line ends are one token, whatever is between them") {
  CHECK(Lexed("\n\na\n\n // c\n\nb\r\nc\n").tokens() == "a \\ b \\ c \\");
  CHECK(Lexed("").tokens().empty());
  CHECK(Lexed("// only a comment").tokens().empty());
}

TEST_CASE("a token knows of the blank line above it") {
  const Lexed lexed("a\nb\n\nc\n\n// x\nd\n// y\n\ne");
  std::string apart;
  for (const Token& token : lexed.file.tokens) {
    if (token.spacing == Spacing::kBlankLine) {
      apart += lexed.sources->file(0).text().substr(token.begin, 1);
    }
  }
  CHECK(apart == "ce");
  REQUIRE(lexed.file.comments.size() == 2);
  CHECK(lexed.file.comments[0].spacing == Spacing::kBlankLine);
  CHECK(lexed.file.comments[1].spacing == Spacing::kNextLine);
}

TEST_CASE("comments say what they are and what they precede") {
  const Lexed lexed("a // behind  \n/// documents\n//// does not\nb");
  REQUIRE(lexed.file.comments.size() == 3);
  const LexedComment& behind = lexed.file.comments[0];
  CHECK(behind.place == CommentPlace::kBehindToken);
  CHECK(behind.end - behind.begin == 9);  // without the blanks behind it
  CHECK(lexed.file.tokens[behind.next_token].kind == TokenKind::kNewline);
  CHECK(lexed.file.comments[1].kind == CommentKind::kDocumentation);
  CHECK(lexed.file.comments[1].place == CommentPlace::kOwnLine);
  CHECK(lexed.file.comments[2].kind == CommentKind::kPlain);
  CHECK(lexed.file.tokens[lexed.file.comments[2].next_token].kind == TokenKind::kIdentifier);
}

TEST_CASE("escapes stand for bytes") {
  CHECK(Lexed(R"("a\x00\xfF\n\r\t\"\\z")").codes().empty());
  CHECK(unescape(R"("a\x00\xfF\n\r\t\"\\z")") == std::string("a\x00\xff\n\r\t\"\\z", 9));
  CHECK(unescape(R"("")").empty());
  CHECK(unescape("\"\xc3\xa9\"") == "\xc3\xa9");
}

TEST_CASE("wrong escapes and missing quotes are reported where they are") {
  CHECK(Lexed(R"("\q")").codes() == "E0005");
  CHECK(Lexed(R"("\x4" "\xg0" "a)").codes() == "E0005 E0005 E0004");
  const Lexed open("\"abc\n\"d\"");
  CHECK(open.codes() == "E0004");
  CHECK(open.tokens() == "? \\ \"d\"");
}

TEST_CASE("a run of unknown characters is one mistake") {
  CHECK(Lexed("@$~ a").codes() == "E0003");
  CHECK(Lexed("'x' a").tokens() == "? a");
  CHECK(Lexed("\xc3\xa9\xc3\xa9").codes() == "E0003");
  CHECK(Lexed("/* a\nb */ c").tokens() == "c");
  CHECK(Lexed("/* a").codes() == "E0011");
}

TEST_CASE("control characters are reported wherever they are") {
  CHECK(Lexed("a \x01 b").codes() == "E0009");
  CHECK(Lexed("// a \x1b[1m").codes() == "E0009");
  CHECK(Lexed("\"\t\"").codes() == "E0009");
  CHECK(Lexed("// \xe2\x80\xae").codes() == "E0009");  // right to left
  CHECK(Lexed(std::string("a\0b", 3)).codes() == "E0009");
  CHECK(Lexed("a\rb").codes() == "E0009");
  CHECK(Lexed("\ta\t// b\tc").codes().empty());
}

TEST_CASE("what is between the braces of a schedule is not looked at") {
  const Lexed lexed("schedule {\n hold a#3 @ \" $\n}\nschedule\n schedule");
  CHECK(lexed.codes().empty());
  CHECK(lexed.tokens() == "schedule { \n hold a#3 @ \" $\n } \\ schedule \\ schedule");
  CHECK(Lexed("a schedule { $ }").codes() == "E0003");  // not at the beginning of a line
  CHECK(Lexed("schedule {").tokens() == "schedule { ");
}

TEST_CASE("a file that is not UTF-8 or too large has no tokens") {
  const Lexed invalid("scenario 1\n\xff\xfe");
  CHECK(invalid.codes() == "E0001");
  CHECK(invalid.file.readability == Readability::kUnreadable);
  CHECK(invalid.tokens().empty());
  CHECK(invalid.sources->position(invalid.diagnostics.shown()[0]->range) == SourcePosition{2, 1});

  CHECK(Lexed(std::string(kMaximumFileBytes, ' ')).codes().empty());
  const Lexed large(std::string(kMaximumFileBytes + 1, ' '));
  CHECK(large.codes() == "E0002");
  CHECK(large.tokens().empty());
}

TEST_CASE("a byte order mark is taken at the beginning only") {
  CHECK(Lexed("\xef\xbb\xbf"
              "a")
            .tokens() == "a");
  CHECK(Lexed("a\xef\xbb\xbf").codes() == "E0009");
}

}  // namespace
}  // namespace ipcsim::scenario
