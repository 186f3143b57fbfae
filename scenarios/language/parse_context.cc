// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/parse_context.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "scenarios/language/source_limits.h"
#include "sim/base/check.h"
#include "sim/base/text.h"

namespace ipcsim::scenario {

namespace {

constexpr std::size_t kLongestQuoted = 40;  // of source text in a message

constexpr auto kDeclarationWords = std::to_array<std::string_view>(
    {"import",  "param",  "const",  "machine",  "policy", "task",          "template",
     "memory",  "proc",   "inject", "schedule", "always", "never",         "eventually",
     "finally", "exists", "forall", "outcomes", "allow",  "expect_finding"});

// "`a`, `b` or `c`". Words are quoted; what has a space in it ("a name") describes itself.
std::string list_of(std::span<const std::string_view> all) {
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i != 0) text += i + 1 == all.size() ? " or " : ", ";
    const bool describes = all[i].find(' ') != std::string_view::npos;
    text += describes ? std::string(all[i]) : fmt::format("`{}`", all[i]);
  }
  return text;
}

}  // namespace

std::span<const std::string_view> declaration_words() { return kDeclarationWords; }

ParseContext::ParseContext(const SourceFiles& sources, FileIndex file, Diagnostics& diagnostics)
    : source_(sources.file(file)),
      file_(file),
      diagnostics_(diagnostics),
      lexed_(lex(sources, file, diagnostics)) {
  if (lexed_.readability == Readability::kUnreadable) give_up();
}

const Token& ParseContext::token_after(std::size_t count) const {
  return lexed_.tokens[std::min(position_ + count, lexed_.tokens.size() - 1)];
}

const Token& ParseContext::previous_significant_token() const {
  std::size_t index = position_;
  while (index > 0 && lexed_.tokens[index - 1].kind == TokenKind::kNewline) --index;
  return lexed_.tokens[index == 0 ? 0 : index - 1];
}

SourceRange ParseContext::place() const {
  const TokenKind kind = token().kind;
  const bool begins_line =
      position_ != 0 && lexed_.tokens[position_ - 1].kind == TokenKind::kNewline;
  // What a parenthesis lacks, it lacks on its line, whatever the next one begins with.
  const bool in_next_line = parentheses_ != 0 && begins_line;
  if (kind != TokenKind::kNewline && kind != TokenKind::kEndOfFile && !in_next_line) {
    return range();
  }
  const std::uint32_t end = previous_significant_token().end;
  return {file_, end, end};
}

std::string_view ParseContext::text(const Token& token) const {
  return source_.text().substr(token.begin, token.end - token.begin);
}

bool ParseContext::at_word(std::string_view word) const {
  return at(TokenKind::kIdentifier) && text(token()) == word;
}

bool ParseContext::at_statement_end() const {
  return at(TokenKind::kNewline) || at(TokenKind::kSemicolon) || at(TokenKind::kRightBrace) ||
         at(TokenKind::kEndOfFile);
}

bool ParseContext::accept(TokenKind kind) {
  if (!at(kind)) return false;
  advance();
  return true;
}

bool ParseContext::accept_word(std::string_view word) {
  if (!at_word(word)) return false;
  advance();
  return true;
}

void ParseContext::advance() {
  if (token().kind != TokenKind::kEndOfFile) ++position_;
  if (parentheses_ != 0) skip_newlines();
}

void ParseContext::skip_newlines() {
  while (token().kind == TokenKind::kNewline) ++position_;
}

bool ParseContext::expect(TokenKind kind, std::initializer_list<std::string_view> others) {
  if (accept(kind)) return true;
  std::vector<std::string_view> all(others);
  all.push_back(spelling_of(kind));
  expected(DiagnosticCode::unexpected_token, all);
  return false;
}

bool ParseContext::expect_word(std::string_view word) {
  if (accept_word(word)) return true;
  expected(DiagnosticCode::unexpected_token, std::array{word}, std::array{word});
  return false;
}

Name ParseContext::expect_name(std::string_view what) {
  if (failed_) return {{}, range()};
  if (token().kind == TokenKind::kIdentifier) {
    Name name{std::string(text(token())), range()};
    advance();
    return name;
  }
  if (is_reserved_word(token().kind)) {
    report(DiagnosticCode::reserved_word, range(),
           fmt::format("expected {}, found {}, a word of the language", what, quoted(token())))
        .with_help(fmt::format("choose another name, such as `{}_1`", text(token())));
  } else {
    expected(DiagnosticCode::unexpected_token, std::array{what});
  }
  return {{}, range()};
}

SourceRange ParseContext::open(TokenKind kind) {
  const SourceRange opened = range();
  if (kind == TokenKind::kLeftParenthesis && at(kind)) ++parentheses_;
  if (kind == TokenKind::kLeftBrace && at(TokenKind::kAssign)) {
    expected(DiagnosticCode::unexpected_token, std::array{spelling_of(kind)})
        .with_help("equality is written `==`");
  }
  expect(kind);
  return opened;
}

bool ParseContext::close(TokenKind kind, SourceRange opened,
                         std::initializer_list<std::string_view> others) {
  if (at(kind)) {
    // Newlines count again behind the last parenthesis.
    if (kind == TokenKind::kRightParenthesis) --parentheses_;
    advance();
    return true;
  }
  std::vector<std::string_view> all(others);
  all.push_back(spelling_of(kind));
  Diagnostic& diagnostic = expected(
      kind == TokenKind::kRightBrace ? DiagnosticCode::unclosed_block : DiagnosticCode::unclosed,
      all);
  diagnostic.with_secondary(opened, "not closed");
  return false;
}

Diagnostic& ParseContext::expected(DiagnosticCode code, std::span<const std::string_view> all,
                                   std::span<const std::string_view> words) {
  const Token& found = token();
  std::string message = fmt::format("expected {}, found {}", list_of(all), quoted(found));
  Diagnostic& diagnostic = report(code, place(), std::move(message));
  if (found.kind == TokenKind::kIdentifier || is_reserved_word(found.kind)) {
    const auto meant = closest(text(found), words);
    if (meant) diagnostic.with_help(fmt::format("did you mean `{}`?", *meant));
  }
  return diagnostic;
}

Diagnostic& ParseContext::report(DiagnosticCode code, SourceRange range, std::string message) {
  // What the lexer could not read, it has reported.
  const bool reported = failed_ || given_up_ || token().kind == TokenKind::kInvalid;
  failed_ = true;
  if (reported) return suppressed_ = Diagnostic{};
  if (diagnostics_.error_count() >= kMaximumErrors) give_up();
  return diagnostics_.report(code, range, std::move(message));
}

Diagnostic& ParseContext::remark(DiagnosticCode code, SourceRange range, std::string message) {
  if (failed_ || given_up_) return suppressed_ = Diagnostic{};
  return diagnostics_.report(code, range, std::move(message));
}

void ParseContext::give_up() {
  failed_ = true;
  given_up_ = true;
  parentheses_ = 0;
  position_ = lexed_.tokens.size() - 1;
  next_comment_ = lexed_.comments.size();
}

bool ParseContext::at_top_level_keyword_in_first_column(std::size_t index) const {
  const Token& token = lexed_.tokens[index];
  const bool first_column = token.begin == 0 || source_.text()[token.begin - 1] == '\n';
  return first_column && token.kind == TokenKind::kIdentifier && begins_declaration(text(token));
}

void ParseContext::recover(std::size_t begin) {
  failed_ = false;
  parentheses_ = 0;
  if (given_up_) return;
  // The mistake was noticed at the beginning of a line: the line may be right.
  if (position_ > begin && lexed_.tokens[position_ - 1].kind == TokenKind::kNewline) return;
  std::size_t depth = 0;
  for (;; ++position_) {
    const TokenKind kind = token().kind;
    if (kind == TokenKind::kEndOfFile) return;
    if (kind == TokenKind::kNewline && at_top_level_keyword_in_first_column(position_ + 1)) return;
    if (depth == 0 && (kind == TokenKind::kNewline || kind == TokenKind::kSemicolon ||
                       kind == TokenKind::kRightBrace)) {
      return;
    }
    if (kind == TokenKind::kLeftBrace) ++depth;
    if (kind == TokenKind::kRightBrace) --depth;
  }
}

bool ParseContext::recover_at_block() {
  if (given_up_) return false;
  for (std::size_t index = position_;; ++index) {
    switch (lexed_.tokens[index].kind) {
      case TokenKind::kLeftBrace:
        position_ = index;
        failed_ = false;
        parentheses_ = 0;
        return true;
      case TokenKind::kNewline:
      case TokenKind::kSemicolon:
      case TokenKind::kRightBrace:
      case TokenKind::kEndOfFile:
        return false;
      default:
        break;
    }
  }
}

bool ParseContext::enter_nesting() {
  if (++nesting_ <= kMaximumNesting) return true;
  report_nesting(range());
  return false;
}

void ParseContext::report_nesting(SourceRange range) {
  report(DiagnosticCode::nested_too_deeply, range,
         fmt::format("this is nested more than {} deep", kMaximumNesting));
  give_up();
}

bool ParseContext::comment_waits(std::size_t next_token) const {
  return next_comment_ < lexed_.comments.size() &&
         lexed_.comments[next_comment_].next_token <= next_token;
}

Comment ParseContext::take_comment() {
  const LexedComment& lexed = lexed_.comments[next_comment_++];
  const SourceRange range{file_, lexed.begin, lexed.end};
  return {std::string(source_.text().substr(lexed.begin, lexed.end - lexed.begin)), range,
          lexed.kind, lexed.spacing};
}

Surroundings ParseContext::begin_item(ItemPlace place) {
  Surroundings begun;
  begun.spacing = token().spacing;
  while (comment_waits(position_)) begun.before.push_back(take_comment());
  if (place == ItemPlace::kFirst) {
    (begun.before.empty() ? begun.spacing : begun.before.front().spacing) = Spacing::kNextLine;
  }
  inner_comments_.emplace_back();
  return begun;
}

SurroundingsPtr ParseContext::end_item(Surroundings begun) {
  SIM_CHECK(!inner_comments_.empty(), "an item that ends has begun");
  std::vector<Comment> inner = std::move(inner_comments_.back());
  inner_comments_.pop_back();
  while (position_ > 0 && comment_waits(position_ - 1)) inner.push_back(take_comment());
  for (Comment& comment : inner) {
    // The spacing of the first comment is that of the item.
    comment.spacing = Spacing::kNextLine;
    if (begun.before.empty()) comment.spacing = std::exchange(begun.spacing, Spacing::kNextLine);
    begun.before.push_back(std::move(comment));
  }
  while (comment_waits(position_) &&
         lexed_.comments[next_comment_].place == CommentPlace::kBehindToken) {
    begun.behind.push_back(take_comment());
    begun.behind.back().spacing = Spacing::kNextLine;
  }
  if (begun.before.empty() && begun.behind.empty() && begun.spacing == Spacing::kNextLine) {
    return nullptr;
  }
  return std::make_unique<Surroundings>(std::move(begun));
}

void ParseContext::add_inner_comments(std::vector<Comment> comments) {
  SIM_CHECK(!inner_comments_.empty(), "comments are inside of an item");
  for (Comment& comment : comments) inner_comments_.back().push_back(std::move(comment));
}

std::vector<Comment> ParseContext::take_opening_comments() {
  // Comments before the brace belong to the item that the block is part of.
  while (position_ > 0 && comment_waits(position_ - 1) && !inner_comments_.empty()) {
    inner_comments_.back().push_back(take_comment());
  }
  std::vector<Comment> opening;
  while (comment_waits(position_) &&
         lexed_.comments[next_comment_].place == CommentPlace::kBehindToken) {
    opening.push_back(take_comment());
    opening.back().spacing = Spacing::kNextLine;
  }
  return opening;
}

std::vector<Comment> ParseContext::take_closing_comments(ItemPlace place) {
  std::vector<Comment> closing;
  while (comment_waits(position_)) closing.push_back(take_comment());
  if (place == ItemPlace::kFirst && !closing.empty()) closing.front().spacing = Spacing::kNextLine;
  return closing;
}

std::string ParseContext::quoted(const Token& token) const {
  switch (token.kind) {
    case TokenKind::kEndOfFile:
    case TokenKind::kNewline:
    case TokenKind::kInvalid:
    case TokenKind::kBytes:
    case TokenKind::kRawText:
      return std::string(spelling_of(token.kind));
    default:
      return quoted(text(token));
  }
}

std::string ParseContext::quoted(std::string_view word) const {
  if (word.size() <= kLongestQuoted) return fmt::format("`{}`", word);
  return fmt::format("`{}...`", word.substr(0, kLongestQuoted));
}

bool begins_declaration(std::string_view word) {
  return std::find(kDeclarationWords.begin(), kDeclarationWords.end(), word) !=
         kDeclarationWords.end();
}

}  // namespace ipcsim::scenario
