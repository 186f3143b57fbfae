// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/block_parser.h"

#include <array>

#include <fmt/format.h>

namespace ipcsim::scenario {

void report_unclosed_block(ParseContext& context, SourceRange opened) {
  const Token& found = context.token();
  std::string message = found.kind == TokenKind::kEndOfFile
                            ? "expected `}`, found the end of the file"
                            : fmt::format("expected `}}` before {}, which begins a declaration",
                                          context.quoted(found));
  context.remark(DiagnosticCode::unclosed_block, context.place(), std::move(message))
      .with_secondary(opened, "this block is not closed");
  context.set_unwinding(true);
}

bool ends_block_unclosed(const ParseContext& context, BlockKind kind) {
  if (context.at(TokenKind::kEndOfFile)) return true;
  if (!context.at(TokenKind::kIdentifier)) return false;
  const std::string_view word = context.text(context.token());
  // These two also begin items of blocks.
  if (word == "memory" || word == "device") return false;
  const bool thread = word == "thread" && kind != BlockKind::kTaskBody;
  if (!thread && !begins_declaration(word)) return false;
  const TokenKind next = context.token_after(1).kind;
  return next == TokenKind::kIdentifier || next == TokenKind::kBytes ||
         next == TokenKind::kLeftBrace;
}

void accept_brace_on_next_line(ParseContext& context) {
  if (!context.at(TokenKind::kNewline)) return;
  if (context.token_after(1).kind != TokenKind::kLeftBrace) return;
  context
      .remark(DiagnosticCode::brace_on_own_line, context.range(context.token_after(1)),
              "`{` stands on the line of what it belongs to")
      .with_secondary(context.previous_range(), "a line that ends here ends the statement");
  context.advance();
}

void end_of_item(ParseContext& context) {
  if (context.failed() || context.unwinding()) return;
  if (!context.at_statement_end()) {
    context.report(DiagnosticCode::missing_statement_end, context.range(),
                   fmt::format("expected the end of the line, `;` or `}}`, found {}",
                               context.quoted(context.token())));
    return;
  }
  context.accept(TokenKind::kSemicolon);
}

}  // namespace ipcsim::scenario
