// SPDX-License-Identifier: BSD-2-Clause
// ParseContext: the parser's place in the token list, and how it speaks of mistakes.
//
// Newlines are tokens, but not inside parentheses, where token() steps over them.
//
// After a mistake the parser is *failed*: nothing more is reported and nothing accepted until
// recover() has found a place to go on from. So a mistake is reported once, and parsing functions
// may run on to their ends without asking at every step. Where one mistake makes the rest of a
// file meaningless, give_up() goes to its end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/comment.h"
#include "scenarios/language/diagnostic.h"
#include "scenarios/language/expression.h"
#include "scenarios/language/lexer.h"
#include "scenarios/language/source_file.h"

namespace ipcsim::scenario {

enum class ItemPlace : std::uint8_t { kFirst, kLater };  // among the items of its block

class ParseContext {
 public:
  ParseContext(const SourceFiles& sources, FileIndex file, Diagnostics& diagnostics);
  ParseContext(const ParseContext&) = delete;
  ParseContext& operator=(const ParseContext&) = delete;

  // The current token, and those behind it (newlines included).
  const Token& token() const { return lexed_.tokens[position_]; }
  const Token& token_after(std::size_t count) const;
  const Token& previous_token() const { return lexed_.tokens[position_ == 0 ? 0 : position_ - 1]; }
  std::size_t position() const { return position_; }

  std::string_view text(const Token& token) const;
  SourceRange range(const Token& token) const { return {file_, token.begin, token.end}; }
  SourceRange range() const { return range(token()); }
  // Where to report what stands at the current token: the end of a line, or of the file, is the
  // place behind the last token.
  SourceRange place() const;
  SourceRange previous_range() const { return range(previous_significant_token()); }
  // From the beginning of `first` to the end of the last token taken.
  SourceRange range_since(SourceRange first) const {
    return {file_, first.begin, std::max(first.begin, previous_range().end)};
  }
  bool adjacent_to_previous() const { return token().begin == previous_token().end; }

  // None of these holds while failed.
  bool at(TokenKind kind) const { return !failed_ && token().kind == kind; }
  bool at_word(std::string_view word) const;  // a name with this text
  bool at_statement_end() const;              // newline, `;`, `}` or the end of the file
  bool accept(TokenKind kind);
  bool accept_word(std::string_view word);

  void advance();
  void skip_newlines();

  // Takes the token, or reports that it was expected (with `others`, that could also stand here).
  bool expect(TokenKind kind, std::initializer_list<std::string_view> others = {});
  bool expect_word(std::string_view word);
  Name expect_name(std::string_view what);  // "the name of a task"

  // `(`, `[` and `{` with their counterparts. A missing second one is reported with the place of
  // the first; `others` are what could stand there too.
  SourceRange open(TokenKind kind);
  bool close(TokenKind kind, SourceRange opened,
             std::initializer_list<std::string_view> others = {});

  // Reports "expected A, B or C, found …" at the current token. When that is a word, the nearest
  // of `words` is suggested.
  Diagnostic& expected(DiagnosticCode code, std::span<const std::string_view> all,
                       std::span<const std::string_view> words = {});
  Diagnostic& report(DiagnosticCode code, SourceRange range, std::string message);
  // Reports without failing: the parser knows how to read on.
  Diagnostic& remark(DiagnosticCode code, SourceRange range, std::string message);

  bool failed() const { return failed_; }
  void fail() { failed_ = true; }
  void give_up();
  bool given_up() const { return given_up_; }

  // Ends the failure of the item that began at token `begin`, at the next place where an item can
  // begin or end: a line's beginning, `;`, `}`; whole blocks on the way are left out. Never ends
  // at `begin` itself.
  void recover(std::size_t begin);
  // Ends the failure at a `{` further on in the line, if there is one.
  bool recover_at_block();

  // A block whose `}` is missing was reported, and the token belongs to a block further out.
  bool unwinding() const { return unwinding_; }
  void set_unwinding(bool unwinding) { unwinding_ = unwinding; }

  // Blocks and expressions that surround the current token; false (and reported) at the limit.
  bool enter_nesting();
  void leave_nesting() { --nesting_; }
  void report_nesting(SourceRange range);

  // Comments and blank lines. An item is what a block, or the top level, is made of: what stands
  // before its first token, what is in it but in no item inside it, and what follows it on its
  // line becomes its surroundings. Calls pair up, failed or not.
  Surroundings begin_item(ItemPlace place);
  SurroundingsPtr end_item(Surroundings begun);
  // Comments that no item inside takes are given to the item begun last.
  void add_inner_comments(std::vector<Comment> comments);
  // Behind a `{`, and before a `}`.
  std::vector<Comment> take_opening_comments();
  std::vector<Comment> take_closing_comments(ItemPlace place);

  std::string quoted(const Token& token) const;  // "`loop`", "the end of the line"
  std::string quoted(std::string_view word) const;

 private:
  const Token& previous_significant_token() const;
  bool comment_waits(std::size_t next_token) const;
  Comment take_comment();
  bool at_top_level_keyword_in_first_column(std::size_t index) const;

  const SourceFile& source_;
  FileIndex file_;
  Diagnostics& diagnostics_;
  LexedFile lexed_;
  std::size_t position_ = 0;
  std::size_t next_comment_ = 0;
  std::vector<std::vector<Comment>> inner_comments_;  // of the items begun and not ended
  std::size_t parentheses_ = 0;
  std::size_t nesting_ = 0;
  bool failed_ = false;
  bool given_up_ = false;
  bool unwinding_ = false;
  Diagnostic suppressed_{};
};

// Counts one level of nesting while it lives; `ok` is false at the limit.
class Nesting {
 public:
  explicit Nesting(ParseContext& context) : context_(context), ok_(context.enter_nesting()) {}
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  ~Nesting() { context_.leave_nesting(); }

  bool ok() const { return ok_; }

 private:
  ParseContext& context_;
  bool ok_;
};

// The words that begin a declaration at the top level, offered by this version or not.
std::span<const std::string_view> declaration_words();
bool begins_declaration(std::string_view word);

}  // namespace ipcsim::scenario
