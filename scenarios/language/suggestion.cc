// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/suggestion.h"

#include <fmt/format.h>

#include "sim/base/text.h"

namespace ipcsim::scenario {

namespace {

constexpr std::size_t kMaximumListed = 8;

}  // namespace

std::string suggestion(std::string_view word, std::span<const std::string_view> legal) {
  const auto near = closest(word, legal);
  return near ? fmt::format("did you mean `{}`?", *near) : std::string();
}

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t index = 0; index < words.size(); ++index) {
    if (index != 0) text += index + 1 == words.size() ? " or " : ", ";
    text += fmt::format("`{}`", words[index]);
  }
  return text;
}

Diagnostic& report_unknown(Diagnostics& diagnostics, DiagnosticCode code, SourceRange range,
                           std::string_view what, std::string_view word,
                           std::span<const std::string_view> legal) {
  Diagnostic& diagnostic = diagnostics.report(code, range, fmt::format("{} `{}`", what, word));
  // What is not shown needs no suggestion: looking for one takes time.
  if (diagnostics.error_count() > Diagnostics::kMaximumShown) return diagnostic;
  std::string help = suggestion(word, legal);
  if (help.empty() && !legal.empty() && legal.size() <= kMaximumListed) {
    help = fmt::format("there {} {}", legal.size() == 1 ? "is only" : "are", listed(legal));
    if (legal.size() > 1) help.replace(help.rfind(" or "), 4, " and ");
  }
  return diagnostic.with_help(std::move(help));
}

}  // namespace ipcsim::scenario
