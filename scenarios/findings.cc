// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/findings.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "scenarios/language/source_line.h"
#include "sim/base/text.h"

namespace ipcsim::scenario {
namespace {

constexpr std::size_t kMaximumSilenced = 100;

// Under the verb `run`, and with the defect or policy that the line asks for, if any.
bool is_judged(const CheckedExpectFinding& expected) {
  return expected.verb == FindingVerb::kRun && expected.in_force;
}

}  // namespace

bool is_met(const CheckedExpectFinding& expected, const Finding& found) {
  const bool has_name = std::ranges::any_of(
      expected.findings, [&found](FindingName name) { return name_of(name) == found.name; });
  return has_name && std::ranges::all_of(expected.threads, [&found](const std::string& thread) {
           return std::ranges::find(found.threads, thread) != found.threads.end();
         });
}

std::string names_of(const CheckedExpectFinding& expected) {
  std::vector<std::string_view> names;
  for (const FindingName finding : expected.findings) names.push_back(name_of(finding));
  return ipcsim::join(names, " or ");
}

std::string place_of(const Scenario& scenario, const CheckedExpectFinding& expected) {
  const trace::SourceLine line = source_line(scenario.sources(), expected.range);
  return fmt::format("{}:{}", scenario.program().files[line.file],
                     static_cast<unsigned>(line.line));
}

bool FindingJudge::allows(std::string_view finding, kernel::TaskId task) const {
  return std::ranges::any_of(
      scenario_.checked().expectations.allowed, [&](const CheckedAllow& allow) {
        const bool anywhere = allow.tasks.empty();
        return name_of(allow.finding) == finding &&
               (anywhere || std::ranges::find(allow.tasks, task) != allow.tasks.end());
      });
}

// Where tasks are named, all that is found must be about threads of theirs.
bool FindingJudge::concerns(const engine::Finding& finding, const CheckedAllow& allow) const {
  if (allow.tasks.empty()) return true;
  if (finding.lanes.empty()) return false;
  return std::ranges::all_of(finding.lanes, [&](trace::LaneId lane) {
    const std::string_view thread = system_.lanes().lane_name(lane);
    return std::ranges::any_of(allow.tasks, [&](kernel::TaskId task) {
      return thread.starts_with(scenario_.checked().tasks[task.value()].name + ".");
    });
  });
}

bool FindingJudge::silences(const engine::Finding& finding) {
  const bool is_silenced =
      std::ranges::any_of(scenario_.checked().expectations.allowed, [&](const CheckedAllow& allow) {
        return name_of(allow.finding) == finding.name && concerns(finding, allow);
      });
  if (is_silenced && silenced_.size() < kMaximumSilenced) silenced_.push_back(finding);
  return is_silenced;
}

bool is_expected(const Scenario& scenario, const Finding& finding) {
  return std::ranges::any_of(scenario.checked().expectations.findings,
                             [&finding](const CheckedExpectFinding& expected) {
                               return is_judged(expected) && is_met(expected, finding);
                             });
}

std::optional<Finding> missing_finding(const Scenario& scenario) {
  const auto& all = scenario.checked().expectations.findings;
  const auto wanted = std::ranges::find_if(all, is_judged);
  if (wanted == all.end()) return std::nullopt;
  Finding finding;
  finding.name = name_of(FindingName::failed_expectation);
  finding.message =
      fmt::format("the run should have found {}, and found nothing", names_of(*wanted));
  if (!wanted->threads.empty()) {
    finding.details.push_back(fmt::format("in {}", ipcsim::join(wanted->threads, ", ")));
  }
  finding.place = place_of(scenario, *wanted);
  return finding;
}

}  // namespace ipcsim::scenario
