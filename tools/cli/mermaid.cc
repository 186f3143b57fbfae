// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/mermaid.h"

#include <string_view>

#include <fmt/format.h>

namespace ipcsim::cli {
namespace {

using scenario::StoryMoment;
using scenario::StoryRow;

constexpr std::size_t kMostArrows = 500;

// `;` would end a statement and `#` begin a code; brackets of replicas do no harm in texts.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == ';') {
      out += "#59;";
    } else if (letter == '#') {
      out += "#35;";
    } else {
      out += letter;
    }
  }
  return out;
}

std::string statement_of(const StoryRow& row, std::size_t lanes) {
  const std::string all = lanes > 1 ? fmt::format("p0,p{}", lanes - 1) : "p0";
  if (row.moment == StoryMoment::kLeftOut) {
    return fmt::format("Note over {}: {} lines left out", all, row.left_out);
  }
  const std::string text = fmt::format("{} @{}", escaped(row.text), row.cycle);
  if (row.moment == StoryMoment::kFinding) return fmt::format("Note over {}: {}", all, text);
  if (row.arrow_to.has_value()) {
    return fmt::format("p{}->>p{}: {}", row.column, *row.arrow_to, text);
  }
  return fmt::format("Note over p{}: {}", row.column, text);
}

}  // namespace

Usage<std::string> mermaid(const scenario::Story& story) {
  if (story.arrows() > kMostArrows) {
    return wrong_usage(fmt::format("the diagram would have {} arrows, and pages draw up to {}",
                                   story.arrows(), kMostArrows),
                       "use `--explain` for the chart, or `--until CYCLE` to stop earlier");
  }
  std::string text = "sequenceDiagram\n";
  for (std::size_t lane = 0; lane < story.lanes.size(); ++lane) {
    text += fmt::format("  participant p{} as {}\n", lane, escaped(story.lanes[lane]));
  }
  for (const StoryRow& row : story.rows) {
    const std::string statement = statement_of(row, story.lanes.size());
    if (row.critical) text += "  rect rgb(255, 235, 205)\n";
    text += fmt::format("  {}\n", statement);
    if (row.critical) text += "  end\n";
  }
  return text;
}

}  // namespace ipcsim::cli
