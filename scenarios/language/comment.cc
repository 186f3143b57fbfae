// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/comment.h"

namespace ipcsim::scenario {

std::string documentation_of(const std::vector<Comment>& comments) {
  std::string text;
  for (const Comment& comment : comments) {
    if (comment.kind != CommentKind::kDocumentation) continue;
    if (!text.empty()) text += '\n';
    std::string_view line = comment.text;
    line.remove_prefix(std::string_view("///").size());
    if (line.starts_with(' ')) line.remove_prefix(1);
    text += line;
  }
  return text;
}

std::string documentation_of(const SurroundingsPtr& surroundings) {
  return surroundings ? documentation_of(surroundings->before) : std::string();
}

}  // namespace ipcsim::scenario
