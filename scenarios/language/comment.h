// SPDX-License-Identifier: BSD-2-Clause
// Comments and blank lines, as the tree keeps them for the printer. A comment on lines of its own
// belongs to what follows it, one behind something belongs to that; comments inside parentheses
// move in front of the statement they are in.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/source_file.h"

namespace ipcsim::scenario {

// How far a node stands from what is before it.
enum class Spacing : std::uint8_t { kNextLine, kBlankLine };

enum class CommentKind : std::uint8_t { kPlain, kDocumentation };  // `//`, `///`

struct Comment {
  std::string text;  // from the slashes to the line's end, without trailing blanks
  SourceRange range;
  CommentKind kind = CommentKind::kPlain;
  Spacing spacing = Spacing::kNextLine;
};

// What surrounds a statement, a declaration or an item of a block.
struct Surroundings {
  std::vector<Comment> before;
  std::vector<Comment> behind;           // on the line on which it ends; at most one from a parser
  Spacing spacing = Spacing::kNextLine;  // between `before` (or what stands there) and the node
};

// Null when there is nothing to remember: the usual case.
using SurroundingsPtr = std::unique_ptr<Surroundings>;

// The text of the `///` lines among `comments`, without slashes, joined by line ends.
std::string documentation_of(const std::vector<Comment>& comments);
std::string documentation_of(const SurroundingsPtr& surroundings);

}  // namespace ipcsim::scenario
