// SPDX-License-Identifier: BSD-2-Clause
// lex: a file's text into tokens and comments. Tokens and comments ascend and do not overlap; the
// last token is kEndOfFile. What is no token is reported and leaves a kInvalid token, so that the
// parser need not report it again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/comment.h"
#include "scenarios/language/diagnostic.h"
#include "scenarios/language/source_file.h"

namespace ipcsim::scenario {

enum class TokenKind : std::uint8_t {
  kEndOfFile,
  kNewline,  // one for all line ends between two tokens
  kInvalid,
  kIdentifier,
  kInteger,  // digits alone; a unit is the identifier behind it
  kBytes,    // with its quotes
  kRawText,  // what stands between the braces of `schedule`
#define MARK(kind, spelling) kind,
#define WORD(kind, spelling) kind,
#include "scenarios/language/tokens.def"
#undef MARK
#undef WORD
};

struct Token {
  TokenKind kind = TokenKind::kEndOfFile;
  Spacing spacing = Spacing::kNextLine;  // kBlankLine: the line above the token is blank
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

enum class CommentPlace : std::uint8_t { kOwnLine, kBehindToken };

struct LexedComment {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;         // without blanks at the end of the line
  std::uint32_t next_token = 0;  // index of the first token (or newline) behind it
  CommentKind kind = CommentKind::kPlain;
  CommentPlace place = CommentPlace::kOwnLine;
  Spacing spacing = Spacing::kNextLine;
};

// A file that is too large or not UTF-8 is not readable: that is reported, and there are no tokens
// but the last.
enum class Readability : std::uint8_t { kReadable, kUnreadable };

struct LexedFile {
  Readability readability = Readability::kReadable;
  std::vector<Token> tokens;
  std::vector<LexedComment> comments;
};

LexedFile lex(const SourceFiles& sources, FileIndex file, Diagnostics& diagnostics);

// `}` or `loop`; for kinds without one spelling what they are: "a name", "the end of the line".
std::string_view spelling_of(TokenKind kind);
bool is_reserved_word(TokenKind kind);
std::span<const std::string_view> reserved_words();

// The bytes that a literal without lexical errors stands for.
std::string unescape(std::string_view literal);

}  // namespace ipcsim::scenario
