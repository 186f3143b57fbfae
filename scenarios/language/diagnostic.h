// SPDX-License-Identifier: BSD-2-Clause
// Diagnostics: what is wrong with a scenario, collected and shown all at once. Errors and warnings
// are the user's; our own defects are SIM_CHECKs. The collection is bounded: it keeps the first
// messages of a severity and counts the rest. Rendering is in diagnostic_renderer.h.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/language/diagnostic_code.h"
#include "scenarios/language/source_file.h"

namespace ipcsim::scenario {

// A second place that explains the first: "first declared here".
struct SecondarySpan {
  SourceRange range;
  std::string label;
};

// Messages are lower case, without a full stop, and say what was expected and what was found. All
// texts are made safe to be shown: on one line, UTF-8, and cut when they are endless.
struct Diagnostic {
  DiagnosticCode code;
  SourceRange range;    // where; without a place for what concerns no file
  std::string message;  // one line
  std::string label;    // stands at the carets; may be empty
  std::vector<SecondarySpan> secondary;
  std::string help;  // one line, or empty: "did you mean `poll`?"

  Severity severity() const { return describe(code).severity; }

  // So that a message can be built where it is reported:
  //   diagnostics.report(DiagnosticCode::x, range, "...").with_help("...");
  Diagnostic& with_label(std::string text);
  Diagnostic& with_secondary(SourceRange place, std::string text);
  Diagnostic& with_help(std::string text);
};

class Diagnostics {
 public:
  static constexpr std::size_t kMaximumShown = 20;

  Diagnostics() : Diagnostics(std::make_shared<SourceFiles>()) {}
  explicit Diagnostics(std::shared_ptr<const SourceFiles> sources);

  const SourceFiles& sources() const { return *sources_; }

  // The reference is valid until the next report. A message that says the same about the same
  // place as an earlier one is dropped (the reference is then to a scratch object).
  Diagnostic& report(DiagnosticCode code, SourceRange range, std::string message);

  bool has_errors() const { return error_count_ != 0; }
  bool empty() const { return error_count_ == 0 && warning_count_ == 0; }
  std::size_t error_count() const { return error_count_; }      // all that were reported
  std::size_t warning_count() const { return warning_count_; }  // all that were reported

  // What is shown: at most kMaximumShown, errors before warnings when there are more, in order of
  // place (files in the order of their import).
  std::vector<const Diagnostic*> shown() const;

  // How many were reported but are not among shown().
  std::size_t omitted() const;

 private:
  std::shared_ptr<const SourceFiles> sources_;
  std::vector<Diagnostic> errors_;
  std::vector<Diagnostic> warnings_;
  std::size_t error_count_ = 0;
  std::size_t warning_count_ = 0;
  std::optional<Diagnostic> dropped_;
};

}  // namespace ipcsim::scenario
