// SPDX-License-Identifier: BSD-2-Clause
// Diagnostics as people read them, with the source line and carets under it, and as editors do.
// What is rendered is safe for a terminal whatever the source: control characters and bytes that
// are no UTF-8 are shown as U+FFFD, tabs as blanks, long lines by a piece.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/language/diagnostic.h"

namespace ipcsim::scenario {

enum class Colour : std::uint8_t { kNone, kAnsi };

// hello.scn:12:5: error[E0030]: expected `}`, found `)`
//    12 |     poll(peer))
//       |               ^ label
//       = help: …
// Every line ends with a line end; empty when there is nothing to say.
std::string render(const Diagnostics& diagnostics, Colour colour);

struct ReportedPlace {
  std::string path;
  SourcePosition begin;
  SourcePosition end;  // the column behind the last character
};

struct ReportedNote {
  ReportedPlace place;
  std::string message;
};

// One diagnostic, resolved: nothing in it refers to the sources.
struct ReportedDiagnostic {
  std::string code;      // "E0030"
  std::string severity;  // "error", "warning"
  std::string message;
  std::optional<ReportedPlace> place;
  std::string label;
  std::vector<ReportedNote> related;
  std::string help;
  std::vector<ReportedPlace> imported_at;  // the import of its file, the import of that file, …
};

// What render() shows, in the same order.
std::vector<ReportedDiagnostic> reported(const Diagnostics& diagnostics);

}  // namespace ipcsim::scenario
