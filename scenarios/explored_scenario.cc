// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/explored_scenario.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ipcsim::scenario {
namespace {

// "client[2].main" is "client.main".
std::string without_replica(std::string_view thread) {
  std::string name;
  bool in_number = false;
  for (const char letter : thread) {
    if (letter == '[') in_number = true;
    if (!in_number) name += letter;
    if (letter == ']') in_number = false;
  }
  return name;
}

}  // namespace

std::string signature_of(const Finding& finding) {
  std::vector<std::string> threads;
  for (const std::string& thread : finding.threads) threads.push_back(without_replica(thread));
  std::ranges::sort(threads);
  threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
  return fmt::format("{} at {} in {}", finding.name,
                     finding.place.empty() ? "no line" : finding.place,
                     threads.empty() ? "no thread" : fmt::format("{}", fmt::join(threads, ", ")));
}

explore::RunResult ExploredScenario::run(engine::Chooser& chooser) {
  const Verdict verdict = runner_.run(chooser, settings_);
  explore::RunResult result;
  result.end = runner_.outcome().end;
  result.cycle = runner_.outcome().cycle;
  result.steps = runner_.system().steps();
  if (verdict == Verdict::kFailed) {
    result.end = engine::RunEnd::kFinding;
    result.signature = signature_of(runner_.findings().back());
  }
  return result;
}

}  // namespace ipcsim::scenario
