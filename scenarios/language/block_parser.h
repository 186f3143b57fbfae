// SPDX-License-Identifier: BSD-2-Clause
// parse_items: what all blocks have in common, whatever they are made of: braces, separators,
// comments, and going on after a mistake in one item.
#pragma once

#include <vector>

#include "scenarios/language/parse_context.h"

namespace ipcsim::scenario {

struct BlockComments {
  std::vector<Comment>& opening;
  std::vector<Comment>& closing;
};

// Reports, once, that the block opened at `opened` lacks its `}`, and lets all blocks end here.
void report_unclosed_block(ParseContext& context, SourceRange opened);

enum class BlockKind : std::uint8_t { kTaskBody, kOther };

// Whether the file ends here, or a declaration of a level further out begins: such a block has no
// item that looks so.
bool ends_block_unclosed(const ParseContext& context, BlockKind kind);

// A `{` that stands on the next line is remarked, and the line end before it taken.
void accept_brace_on_next_line(ParseContext& context);

// An item ends where its line does, at `;` or before `}`. Takes the `;`.
void end_of_item(ParseContext& context);

// Parses `{ item … }`. `parse_item(ItemPlace)` is called at the first token of each item; it takes
// at least one token or fails. Gives the range with the braces.
template <class ParseItem>
SourceRange parse_items(ParseContext& context, BlockKind kind, BlockComments comments,
                        ParseItem parse_item) {
  accept_brace_on_next_line(context);
  const SourceRange opened = context.open(TokenKind::kLeftBrace);
  if (context.failed()) return opened;
  comments.opening = context.take_opening_comments();
  ItemPlace place = ItemPlace::kFirst;
  for (;;) {
    while (context.at(TokenKind::kNewline) || context.at(TokenKind::kSemicolon)) context.advance();
    if (context.given_up() || context.at(TokenKind::kRightBrace)) break;
    if (ends_block_unclosed(context, kind)) {
      report_unclosed_block(context, opened);
      break;
    }
    const std::size_t begin = context.position();
    parse_item(place);
    place = ItemPlace::kLater;
    if (context.failed()) context.recover(begin);
    if (context.unwinding() && ends_block_unclosed(context, kind)) break;
    context.set_unwinding(false);
  }
  if (context.unwinding() || context.given_up()) return context.range_since(opened);
  comments.closing = context.take_closing_comments(place);
  context.accept(TokenKind::kRightBrace);
  return context.range_since(opened);
}

}  // namespace ipcsim::scenario
