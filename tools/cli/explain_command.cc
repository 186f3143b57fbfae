// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "tools/cli/commands.h"
#include "tools/cli/json_output.h"

namespace ipcsim::cli {
namespace {

using scenario::Explanation;

// Codes are upper case, names lower case; nobody should have to care.
std::string lower_case(std::string_view word) {
  std::string text(word);
  for (char& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

// "E0101[...]" and "error[E0101]" are what people copy from a message.
std::string_view bare(std::string_view word) {
  const std::size_t open = word.find('[');
  if (open == std::string_view::npos || !word.ends_with(']')) return word;
  return word.substr(open + 1, word.size() - open - 2);
}

// Without blank lines at both ends; the first line may be indented.
std::string_view body_of(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
  return text.substr(0, text.find_last_not_of(" \n") + 1);
}

std::string page(const Explanation& explanation, const Painter& paint) {
  return fmt::format("{}: {}\n\n{}\n\n{}\n", paint(Tone::kStrong, explanation.word),
                     explanation.kind, explanation.title, body_of(explanation.text));
}

std::string list_of(const std::vector<Explanation>& all, const Painter& paint) {
  std::string text;
  std::string_view kind;
  std::size_t width = 0;
  for (const Explanation& one : all) width = std::max(width, one.word.size());
  for (const Explanation& one : all) {
    if (one.kind != kind) {
      text += fmt::format("{}{}\n", text.empty() ? "" : "\n", paint(Tone::kStrong, one.kind));
      kind = one.kind;
    }
    text += fmt::format("  {:{}}  {}\n", one.word, width, one.title);
  }
  return text;
}

UsageError unknown(std::string_view word, const std::vector<Explanation>& all) {
  std::vector<std::string_view> known;
  for (const Explanation& one : all) known.push_back(one.word);
  const auto suggestion = closest(word, known);
  return {fmt::format("nothing is called `{}`", word),
          suggestion ? fmt::format("did you mean `{}`?", *suggestion)
                     : "`ipcsim explain` lists all that can be explained"};
}

}  // namespace

ExitCode explain_command(const Invocation& invocation) {
  Console& console = invocation.console;
  const bool json = invocation.arguments.has("json");
  std::vector<Explanation> all = scenario::explanations();
  const auto& operands = invocation.arguments.operands();
  if (operands.empty()) {
    console.out(json ? explain_json(all) : list_of(all, console.paint_out()));
    return ExitCode::kOk;
  }
  const std::string word = lower_case(bare(operands.front()));
  std::vector<Explanation> found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found),
               [&](const Explanation& one) { return lower_case(one.word) == word; });
  if (found.empty()) {
    const UsageError error = unknown(operands.front(), all);
    if (json) console.out(error_json("explain", error));
    console.error(error);
    return ExitCode::kUsage;
  }
  if (json) {
    console.out(explain_json(found));
    return ExitCode::kOk;
  }
  std::string text;
  for (const Explanation& one : found) {
    if (!text.empty()) text += '\n';
    text += page(one, console.paint_out());
  }
  console.out(text);
  return ExitCode::kOk;
}

}  // namespace ipcsim::cli
