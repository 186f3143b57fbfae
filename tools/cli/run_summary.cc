// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/run_summary.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace ipcsim::cli {
namespace {

using scenario::CpuAccount;
using scenario::Finding;
using scenario::RunReport;
using scenario::Verdict;

// One row per activity that any CPU spent cycles on, in the order in which they first come; the
// cycles per CPU.
struct AccountRow {
  std::string activity;
  std::vector<Cycles> cycles;
};

AccountRow& row_of(std::vector<AccountRow>& rows, const std::string& activity, std::size_t cpus) {
  for (AccountRow& row : rows) {
    if (row.activity == activity) return row;
  }
  return rows.emplace_back(AccountRow{activity, std::vector<Cycles>(cpus)});
}

std::vector<AccountRow> rows_of(const std::vector<CpuAccount>& cpus) {
  std::vector<AccountRow> rows;
  AccountRow total{"total", std::vector<Cycles>(cpus.size())};
  for (std::size_t cpu = 0; cpu < cpus.size(); ++cpu) {
    for (const auto& [activity, cycles] : cpus[cpu].activities) {
      if (cycles == 0) continue;
      row_of(rows, activity, cpus.size()).cycles[cpu] += cycles;
      total.cycles[cpu] += cycles;
    }
  }
  rows.push_back(std::move(total));
  return rows;
}

std::string account_table(const std::vector<CpuAccount>& cpus) {
  const std::vector<AccountRow> rows = rows_of(cpus);
  std::size_t name_width = std::string_view("cycles").size();
  for (const AccountRow& row : rows) name_width = std::max(name_width, row.activity.size());
  std::vector<std::size_t> widths;
  std::string text = fmt::format("  {:{}}", "cycles", name_width);
  for (std::size_t cpu = 0; cpu < cpus.size(); ++cpu) {
    const std::string heading = fmt::format("cpu{}", cpu);
    std::size_t width = heading.size();
    for (const AccountRow& row : rows) {
      width = std::max(width, fmt::formatted_size("{}", row.cycles[cpu]));
    }
    widths.push_back(width);
    text += fmt::format("  {:>{}}", heading, width);
  }
  text += '\n';
  for (const AccountRow& row : rows) {
    text += fmt::format("  {:{}}", row.activity, name_width);
    for (std::size_t cpu = 0; cpu < cpus.size(); ++cpu) {
      text += fmt::format("  {:>{}}", row.cycles[cpu], widths[cpu]);
    }
    text += '\n';
  }
  return text;
}

std::string names_found(const RunReport& report) {
  std::vector<std::string_view> names;
  for (const Finding& finding : report.findings) {
    if (finding.silenced || std::find(names.begin(), names.end(), finding.name) != names.end()) {
      continue;
    }
    names.emplace_back(finding.name);
  }
  return join(names, ", ");
}

std::pair<Tone, std::string_view> heading_of(const Finding& finding, const RunReport& report) {
  if (finding.silenced) return {Tone::kFaint, "allowed"};
  if (report.expected_finding) return {Tone::kGood, "expected"};
  return {Tone::kBad, "finding"};
}

}  // namespace

ExitCode exit_code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed:
      return ExitCode::kOk;
    case Verdict::kFailed:
      return ExitCode::kFailed;
    case Verdict::kLimit:
      return ExitCode::kLimit;
  }
  return ExitCode::kInternal;
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed:
      return "passed";
    case Verdict::kFailed:
      return "failed";
    case Verdict::kLimit:
      return "no verdict";
  }
  return "";
}

std::string findings_text(const RunReport& report, const Painter& paint) {
  std::string text;
  for (const Finding& finding : report.findings) {
    const auto [tone, heading] = heading_of(finding, report);
    if (!finding.place.empty()) text += paint(Tone::kStrong, finding.place + ":") + " ";
    text += fmt::format("{}: {}\n", paint(tone, fmt::format("{}[{}]", heading, finding.name)),
                        finding.message);
    text += fmt::format("  = at cycle {}", finding.cycle);
    if (!finding.threads.empty()) text += fmt::format(", in {}", join(finding.threads, ", "));
    text += '\n';
    for (const std::string& detail : finding.details) text += fmt::format("  = {}\n", detail);
  }
  return text;
}

std::string verdict_line(const std::string& name, const RunReport& report, const Painter& paint) {
  const std::string_view word = name_of(report.verdict);
  const std::string found = names_found(report);
  switch (report.verdict) {
    case Verdict::kPassed:
      return fmt::format("{}: {}{}\n", paint(Tone::kGood, word), name,
                         report.expected_finding ? fmt::format(": {}, as expected", found) : "");
    case Verdict::kFailed:
      return fmt::format("{}: {}{}\n", paint(Tone::kBad, word), name,
                         found.empty() ? "" : ": " + found);
    case Verdict::kLimit:
      return fmt::format("{}: {}: stopped at a limit: {}\n", paint(Tone::kWarning, word), name,
                         report.limit);
  }
  return {};
}

std::string figures_text(const RunRequest& request, const RunReport& report) {
  using Figures = std::vector<std::pair<std::string_view, std::uint64_t>>;
  Figures figures{
      {"end cycle", report.end},       {"steps", report.steps},
      {"events", report.events},       {"context switches", report.context_switches},
      {"wakeups", report.wakeups},     {"failed calls", report.failed_calls},
      {"ipc bytes", report.ipc_bytes}, {"bytes copied", report.buffer_bytes},
  };
  const Figures sharing{{"shared bytes loaded", report.shared_bytes_loaded},
                        {"shared bytes stored", report.shared_bytes_stored},
                        {"frames mapped", report.frames_mapped},
                        {"TLB shootdowns", report.shootdowns}};
  std::copy_if(sharing.begin(), sharing.end(), std::back_inserter(figures),
               [](const auto& figure) { return figure.second > 0; });
  if (request.options.schedule == scenario::Schedule::kRandomWalk) {
    figures.emplace_back("seed", request.options.seed);
  }
  std::size_t name_width = 0;
  std::size_t width = 0;
  for (const auto& [name, value] : figures) {
    name_width = std::max(name_width, name.size());
    width = std::max(width, fmt::formatted_size("{}", value));
  }
  std::string text;
  for (const auto& [name, value] : figures) {
    text += fmt::format("  {:{}}  {:>{}}\n", name, name_width, value, width);
  }
  if (!report.cpus.empty()) text += account_table(report.cpus);
  return text;
}

}  // namespace ipcsim::cli
