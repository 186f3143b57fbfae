// SPDX-License-Identifier: BSD-2-Clause
// The parser takes any bytes; what it takes without an error is printed so that reading it again
// gives the same tree, and printing that the same text.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "scenarios/language/diagnostic_renderer.h"
#include "scenarios/language/parser.h"
#include "scenarios/language/printer.h"
#include "scenarios/language/source_limits.h"
#include "sim/base/check.h"
#include "tests/support/tree_text.h"

namespace {

using ipcsim::scenario::Colour;
using ipcsim::scenario::Diagnostics;
using ipcsim::scenario::FileIndex;
using ipcsim::scenario::ScenarioFile;
using ipcsim::scenario::SourceFiles;

void parse_and_print(std::string text) {
  const auto sources = std::make_shared<SourceFiles>();
  const FileIndex file = sources->add("input.scn", std::move(text));
  Diagnostics diagnostics(sources);
  const ScenarioFile tree = ipcsim::scenario::parse(*sources, file, diagnostics);
  const std::string rendered = ipcsim::scenario::render(diagnostics, Colour::kAnsi);
  SIM_CHECK(rendered.empty() == diagnostics.empty(), "what is wrong is said");
  SIM_CHECK(ipcsim::scenario::reported(diagnostics).size() == diagnostics.shown().size(),
            "editors are told the same");
  if (diagnostics.has_errors()) return;

  const std::string printed = print(tree);
  if (printed.size() > ipcsim::scenario::kMaximumFileBytes) return;  // it has grown by its layout
  const FileIndex again = sources->add("printed.scn", printed);
  const ScenarioFile second = ipcsim::scenario::parse(*sources, again, diagnostics);
  SIM_CHECK(!diagnostics.has_errors(), "what is printed can be read");
  SIM_CHECK(tree_text(second) == tree_text(tree), "printing keeps the tree");
  SIM_CHECK(print(second) == printed, "printing twice is printing once");
  SIM_CHECK(digest(second) == digest(tree), "the digest does not depend on the layout");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parse_and_print(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
