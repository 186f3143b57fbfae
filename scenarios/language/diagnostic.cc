// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/diagnostic.h"

#include <algorithm>
#include <utility>

#include "scenarios/language/utf8.h"
#include "sim/base/check.h"

namespace ipcsim::scenario {

namespace {

// More are shown nowhere; those of the first files and lines are likely to be among them.
constexpr std::size_t kMaximumKept = 10 * Diagnostics::kMaximumShown;

// Names in a source can be of any length; what is said about them is not.
constexpr std::size_t kLongestShown = 400;

std::string bounded(std::string text) {
  if (text.size() > kLongestShown) {
    std::size_t end = kLongestShown;
    while (end > 0 && utf8_length(text, end) == 0) --end;  // not inside of a character
    text.resize(end);
    text += "...";
  }
  return printable(text);
}

bool stands_before(const Diagnostic* one, const Diagnostic* other) {
  // What has no place comes first: it concerns all.
  if (one->range.has_place() != other->range.has_place()) return !one->range.has_place();
  return one->range < other->range;
}

}  // namespace

Diagnostic& Diagnostic::with_label(std::string text) {
  label = bounded(std::move(text));
  return *this;
}

Diagnostic& Diagnostic::with_secondary(SourceRange place, std::string text) {
  secondary.push_back({place, bounded(std::move(text))});
  return *this;
}

Diagnostic& Diagnostic::with_help(std::string text) {
  help = bounded(std::move(text));
  return *this;
}

Diagnostics::Diagnostics(std::shared_ptr<const SourceFiles> sources)
    : sources_(std::move(sources)) {
  SIM_CHECK(sources_ != nullptr, "diagnostics speak of source files");
}

Diagnostic& Diagnostics::report(DiagnosticCode code, SourceRange range, std::string message) {
  const bool error = describe(code).severity == Severity::kError;
  std::vector<Diagnostic>& kept = error ? errors_ : warnings_;
  std::size_t& count = error ? error_count_ : warning_count_;
  Diagnostic diagnostic{code, range, bounded(std::move(message)), {}, {}, {}};
  if (kept.size() < kMaximumKept) {
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const Diagnostic& earlier) {
      return earlier.code == code && earlier.range == range &&
             earlier.message == diagnostic.message;
    });
    if (!known) {
      ++count;
      return kept.emplace_back(std::move(diagnostic));
    }
  } else {
    ++count;
  }
  return dropped_.emplace(std::move(diagnostic));
}

std::vector<const Diagnostic*> Diagnostics::shown() const {
  const auto sorted = [](const std::vector<Diagnostic>& all) {
    std::vector<const Diagnostic*> pointers;
    for (const Diagnostic& diagnostic : all) pointers.push_back(&diagnostic);
    std::stable_sort(pointers.begin(), pointers.end(), stands_before);
    return pointers;
  };
  std::vector<const Diagnostic*> chosen = sorted(errors_);
  const std::vector<const Diagnostic*> warnings = sorted(warnings_);
  chosen.insert(chosen.end(), warnings.begin(), warnings.end());
  if (chosen.size() > kMaximumShown) chosen.resize(kMaximumShown);
  std::stable_sort(chosen.begin(), chosen.end(), stands_before);
  return chosen;
}

std::size_t Diagnostics::omitted() const {
  return error_count_ + warning_count_ - std::min(errors_.size() + warnings_.size(), kMaximumShown);
}

}  // namespace ipcsim::scenario
