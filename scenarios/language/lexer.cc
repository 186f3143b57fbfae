// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/lexer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "scenarios/language/source_limits.h"
#include "scenarios/language/utf8.h"

namespace ipcsim::scenario {

namespace {

struct Spelling {
  std::string_view text;
  TokenKind kind;
};

constexpr auto kMarks = std::to_array<Spelling>({
#define MARK(kind, spelling) {spelling, TokenKind::kind},
#define WORD(kind, spelling)
#include "scenarios/language/tokens.def"
#undef MARK
#undef WORD
});

constexpr auto kWords = std::to_array<Spelling>({
#define MARK(kind, spelling)
#define WORD(kind, spelling) {spelling, TokenKind::kind},
#include "scenarios/language/tokens.def"
#undef MARK
#undef WORD
});

constexpr auto kWordTexts = std::to_array<std::string_view>({
#define MARK(kind, spelling)
#define WORD(kind, spelling) spelling,
#include "scenarios/language/tokens.def"
#undef MARK
#undef WORD
});

// kind_of_word() searches in this order, is_reserved_word() compares with the first.
static_assert(std::is_sorted(kWords.begin(), kWords.end(),
                             [](const Spelling& a, const Spelling& b) {
                               return a.text < b.text && a.kind < b.kind;
                             }));

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool begins_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_word(char c) { return begins_word(c) || is_digit(c); }

// The longest mark at the beginning of `text`.
std::optional<Spelling> mark_at(std::string_view text) {
  std::optional<Spelling> longest;
  for (const Spelling& mark : kMarks) {
    if (text.starts_with(mark.text) && (!longest || mark.text.size() > longest->text.size())) {
      longest = mark;
    }
  }
  return longest;
}

TokenKind kind_of_word(std::string_view text) {
  const auto* const found = std::lower_bound(
      kWords.begin(), kWords.end(), text,
      [](const Spelling& word, std::string_view wanted) { return word.text < wanted; });
  return found != kWords.end() && found->text == text ? found->kind : TokenKind::kIdentifier;
}

// What people write who know another language, and what is written here.
std::string_view help_for_character(char c) {
  switch (c) {
    case '!':
      return "the negation is written `not`";
    case '#':
      return "a comment begins with `//`";
    case '\'':
      return "bytes stand in double quotes";
    default:
      return {};
  }
}

class Lexer {
 public:
  Lexer(const SourceFiles& sources, FileIndex file, Diagnostics& diagnostics)
      : text_(sources.file(file).text()), file_(file), diagnostics_(diagnostics) {}

  LexedFile lex();

 private:
  bool readable();
  void lex_token();
  void lex_newline();
  void lex_comment();
  void lex_number();
  void lex_bytes();
  void lex_escape();
  void lex_word();
  void lex_schedule();
  void lex_other();
  void skip_unknown();
  bool begins_token(std::size_t offset) const;

  char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
  SourceRange range(std::size_t begin, std::size_t end) const {
    return {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }
  Spacing take_spacing() {
    return std::exchange(line_ends_, 0) > 1 ? Spacing::kBlankLine : Spacing::kNextLine;
  }
  void add(TokenKind kind, std::size_t begin) {
    lexed_.tokens.push_back({kind, take_spacing(), static_cast<std::uint32_t>(begin),
                             static_cast<std::uint32_t>(position_)});
  }

  std::string_view text_;
  FileIndex file_;
  Diagnostics& diagnostics_;
  LexedFile lexed_;
  std::size_t position_ = 0;
  std::size_t line_ends_ = 0;  // since the last token or comment
  bool line_has_token_ = false;
};

LexedFile Lexer::lex() {
  if (readable()) {
    if (text_.starts_with(kByteOrderMark)) position_ = kByteOrderMark.size();
    while (position_ < text_.size()) lex_token();
  } else {
    lexed_.readability = Readability::kUnreadable;
  }
  add(TokenKind::kEndOfFile, position_);
  return std::move(lexed_);
}

bool Lexer::readable() {
  if (text_.size() > kMaximumFileBytes) {
    diagnostics_.report(DiagnosticCode::file_too_large, range(0, 0),
                        fmt::format("the file has more than {} bytes", kMaximumFileBytes));
    return false;
  }
  const std::size_t invalid = find_invalid_utf8(text_);
  if (invalid == std::string_view::npos) return true;
  diagnostics_
      .report(DiagnosticCode::not_utf8, range(invalid, invalid + 1),
              fmt::format("the file is not UTF-8: byte 0x{:02x} begins no character",
                          static_cast<unsigned>(static_cast<unsigned char>(text_[invalid]))))
      .with_label(fmt::format("byte {} of the file", invalid));
  return false;
}

void Lexer::lex_token() {
  const char c = at(position_);
  if (c == '\n' || (c == '\r' && at(position_ + 1) == '\n')) {
    lex_newline();
  } else if (c == ' ' || c == '\t') {
    ++position_;
  } else if (c == '/' && at(position_ + 1) == '/') {
    lex_comment();
  } else {
    line_has_token_ = true;
    if (is_digit(c)) {
      lex_number();
    } else if (c == '"') {
      lex_bytes();
    } else if (begins_word(c)) {
      lex_word();
    } else {
      lex_other();
    }
  }
}

void Lexer::lex_newline() {
  position_ += at(position_) == '\r' ? 2 : 1;
  ++line_ends_;
  line_has_token_ = false;
  // Line ends after another one, with nothing but comments between, add nothing.
  if (lexed_.tokens.empty() || lexed_.tokens.back().kind == TokenKind::kNewline) return;
  const auto end = static_cast<std::uint32_t>(position_);
  lexed_.tokens.push_back({TokenKind::kNewline, Spacing::kNextLine, end - 1, end});
}

void Lexer::lex_comment() {
  const std::size_t begin = position_;
  position_ = std::min(text_.find('\n', begin), text_.size());
  std::size_t end = position_;
  while (at(end - 1) == ' ' || at(end - 1) == '\t' || at(end - 1) == '\r') --end;
  for (std::size_t i = begin; i < end; i += utf8_length(text_, i)) {
    if (!is_control_character(text_, i) || at(i) == '\t') continue;
    diagnostics_.report(DiagnosticCode::control_character, range(i, i + utf8_length(text_, i)),
                        "there is a control character in a comment");
    break;
  }
  const std::string_view comment = text_.substr(begin, end - begin);
  const bool documents = comment.starts_with("///") && !comment.starts_with("////");
  LexedComment& added = lexed_.comments.emplace_back();
  added.begin = static_cast<std::uint32_t>(begin);
  added.end = static_cast<std::uint32_t>(end);
  added.next_token = static_cast<std::uint32_t>(lexed_.tokens.size());
  added.kind = documents ? CommentKind::kDocumentation : CommentKind::kPlain;
  added.place = line_has_token_ ? CommentPlace::kBehindToken : CommentPlace::kOwnLine;
  added.spacing = take_spacing();
}

void Lexer::lex_number() {
  const std::size_t begin = position_;
  const bool hexadecimal = at(begin) == '0' && (at(begin + 1) == 'x' || at(begin + 1) == 'X');
  if (hexadecimal) position_ += 2;
  const auto continues = [&](char c) {
    return c == '_' || (hexadecimal ? is_hex_digit(c) : is_digit(c));
  };
  while (continues(at(position_))) ++position_;
  if (at(position_) == '.' && is_digit(at(position_ + 1))) {
    ++position_;
    while (continues_word(at(position_))) ++position_;
    diagnostics_
        .report(DiagnosticCode::no_fractions, range(begin, position_),
                "there are no fractions in the language")
        .with_help("choose a smaller unit, as in `1_500ns` for 1.5us");
    add(TokenKind::kInvalid, begin);
    return;
  }
  const std::string_view digits = text_.substr(begin, position_ - begin);
  if (digits == "0x" || digits.starts_with("0X") || digits.starts_with("0x_") ||
      digits.ends_with('_') || digits.find("__") != std::string_view::npos) {
    diagnostics_
        .report(DiagnosticCode::malformed_number, range(begin, position_),
                "this is not how a number is written")
        .with_help("digits may be grouped by single `_`, as in 20_000 or 0xffff_0000");
    add(TokenKind::kInvalid, begin);
    return;
  }
  add(TokenKind::kInteger, begin);
}

void Lexer::lex_bytes() {
  const std::size_t begin = position_++;
  for (;;) {
    const char c = at(position_);
    if (position_ == text_.size() || c == '\n' || (c == '\r' && at(position_ + 1) == '\n')) {
      diagnostics_
          .report(DiagnosticCode::unclosed_bytes, range(begin, position_),
                  "the closing `\"` is missing")
          .with_help("bytes end on the line on which they begin; a line end inside is `\\n`");
      add(TokenKind::kInvalid, begin);
      return;
    }
    if (c == '"') {
      ++position_;
      break;
    }
    if (c == '\\') {
      lex_escape();
      continue;
    }
    const std::size_t length = utf8_length(text_, position_);
    if (is_control_character(text_, position_)) {
      diagnostics_
          .report(DiagnosticCode::control_character, range(position_, position_ + length),
                  "there is a control character between the quotes")
          .with_help("write it as `\\xHH`, byte by byte");
    }
    position_ += length;
  }
  add(TokenKind::kBytes, begin);
}

void Lexer::lex_escape() {
  const std::size_t begin = position_++;
  constexpr std::string_view kSimple = "\"\\nrt";
  const char c = at(position_);
  if (kSimple.find(c) != std::string_view::npos && c != '\0') {
    ++position_;
    return;
  }
  if (c == 'x' && is_hex_digit(at(position_ + 1)) && is_hex_digit(at(position_ + 2))) {
    position_ += 3;
    return;
  }
  if (position_ < text_.size() && c != '\n' && c != '\r')
    position_ += utf8_length(text_, position_);
  diagnostics_
      .report(DiagnosticCode::unknown_escape, range(begin, position_),
              "no character is written like this")
      .with_help("there are `\\\"`, `\\\\`, `\\n`, `\\r`, `\\t`, and `\\x` with two digits");
}

void Lexer::lex_word() {
  const std::size_t begin = position_;
  while (continues_word(at(position_))) ++position_;
  const std::string_view word = text_.substr(begin, position_ - begin);
  if (word.size() > kMaximumNameBytes) {
    diagnostics_.report(DiagnosticCode::name_too_long, range(begin, position_),
                        fmt::format("a name has at most {} characters, this one {}",
                                    kMaximumNameBytes, word.size()));
  }
  const bool first_of_line =
      lexed_.tokens.empty() || lexed_.tokens.back().kind == TokenKind::kNewline;
  add(kind_of_word(word), begin);
  if (word == "schedule" && first_of_line) lex_schedule();
}

// `schedule {`: what follows up to the `}` is not of this language.
void Lexer::lex_schedule() {
  std::size_t brace = position_;
  while (at(brace) == ' ' || at(brace) == '\t') ++brace;
  if (at(brace) != '{') return;
  position_ = brace + 1;
  add(TokenKind::kLeftBrace, brace);
  const std::size_t begin = position_;
  position_ = std::min(text_.find('}', begin), text_.size());
  for (std::size_t i = begin; i < position_; i += utf8_length(text_, i)) {
    if (!is_control_character(text_, i)) continue;
    if (at(i) == '\n' || at(i) == '\t' || (at(i) == '\r' && at(i + 1) == '\n')) continue;
    diagnostics_.report(DiagnosticCode::control_character, range(i, i + utf8_length(text_, i)),
                        "there is a control character in the schedule");
    break;
  }
  add(TokenKind::kRawText, begin);
}

// To the end of a run of characters that begin no token, or of what stands in single quotes: one
// message is enough for all of it.
void Lexer::skip_unknown() {
  if (at(position_) == '\'') {
    const std::size_t end = text_.find_first_of("'\n", position_ + 1);
    position_ = end != std::string_view::npos && at(end) == '\'' ? end + 1 : position_ + 1;
    return;
  }
  do {
    position_ += utf8_length(text_, position_);
  } while (position_ < text_.size() && !begins_token(position_));
}

bool Lexer::begins_token(std::size_t offset) const {
  constexpr std::string_view kOthers = " \t\r\n\"'";
  return kOthers.find(at(offset)) != std::string_view::npos || continues_word(at(offset)) ||
         mark_at(text_.substr(offset, 2));
}

void Lexer::lex_other() {
  const std::size_t begin = position_;
  if (at(begin) == '/' && at(begin + 1) == '*') {
    const std::size_t end = text_.find("*/", begin + 2);
    position_ = end == std::string_view::npos ? text_.size() : end + 2;
    diagnostics_
        .report(DiagnosticCode::block_comment, range(begin, begin + 2),
                "comments of several lines are not part of the language")
        .with_help("begin each line with `//`");
    return;  // skipped like a comment
  }
  if (const std::optional<Spelling> mark = mark_at(text_.substr(begin, 2))) {
    position_ += mark->text.size();
    add(mark->kind, begin);
    return;
  }
  skip_unknown();
  if (is_control_character(text_, begin)) {
    diagnostics_.report(DiagnosticCode::control_character,
                        range(begin, begin + utf8_length(text_, begin)),
                        "there is a control character outside of a text");
  } else {
    diagnostics_
        .report(DiagnosticCode::unexpected_character, range(begin, position_),
                "this character is not part of the language")
        .with_help(std::string(help_for_character(at(begin))));
  }
  add(TokenKind::kInvalid, begin);
}

}  // namespace

LexedFile lex(const SourceFiles& sources, FileIndex file, Diagnostics& diagnostics) {
  return Lexer(sources, file, diagnostics).lex();
}

std::string_view spelling_of(TokenKind kind) {
  switch (kind) {
    case TokenKind::kEndOfFile:
      return "the end of the file";
    case TokenKind::kNewline:
      return "the end of the line";
    case TokenKind::kInvalid:
      return "an invalid character";
    case TokenKind::kIdentifier:
      return "a name";
    case TokenKind::kInteger:
      return "a number";
    case TokenKind::kBytes:
      return "bytes";
    case TokenKind::kRawText:
      return "a schedule";
#define MARK(kind, spelling) \
  case TokenKind::kind:      \
    return spelling;
#define WORD(kind, spelling) \
  case TokenKind::kind:      \
    return spelling;
#include "scenarios/language/tokens.def"
#undef MARK
#undef WORD
  }
  return {};
}

// The words are the last kinds.
bool is_reserved_word(TokenKind kind) { return kind >= kWords.front().kind; }

std::span<const std::string_view> reserved_words() { return kWordTexts; }

std::string unescape(std::string_view literal) {
  const auto digit = [](char c) {
    return static_cast<unsigned>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  };
  if (literal.size() < 2 || literal.back() != '"') return {};
  literal = literal.substr(1, literal.size() - 2);
  std::string bytes;
  bytes.reserve(literal.size());
  for (std::size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] != '\\' || i + 1 == literal.size()) {
      bytes += literal[i];
      continue;
    }
    const char c = literal[++i];
    if (c == 'x' && i + 2 < literal.size()) {
      bytes += static_cast<char>(digit(literal[i + 1]) << 4 | digit(literal[i + 2]));
      i += 2;
    } else {
      bytes += c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
    }
  }
  return bytes;
}

}  // namespace ipcsim::scenario
