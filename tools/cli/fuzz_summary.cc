// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/fuzz_summary.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "tools/cli/run_summary.h"

namespace ipcsim::cli {
namespace {

std::uint64_t per_second(std::uint64_t count, std::chrono::milliseconds time) {
  return count * 1000 / static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 1));
}

std::string percent(std::uint64_t parts_of_ten_thousand) {
  return fmt::format("{}.{:02} %", parts_of_ten_thousand / 100, parts_of_ten_thousand % 100);
}

std::string_view plural(std::uint64_t count) { return count == 1 ? "" : "s"; }

// "1 deviation of 14, no fewer of these do"
std::string length_of(const scenario::FoundByFuzz& found) {
  std::string text = fmt::format("{} deviation{}", found.deviations, plural(found.deviations));
  if (found.deviations < found.deviations_before) {
    text += fmt::format(" of {}", found.deviations_before);
  }
  if (found.is_minimum && found.deviations > 0) text += ", no fewer of these do";
  return text;
}

// "  = race window: consumer.main#5 held for 350 to 1200 cycles"
std::string window_text(const scenario::FoundWindow& window) {
  std::vector<std::string> spans;
  for (const auto& [least, most] : window.delays) {
    spans.push_back(most >= window.longest ? fmt::format("{} cycles or longer", least)
                                           : fmt::format("{} to {} cycles", least, most));
  }
  return spans.empty()
             ? ""
             : fmt::format("  = race window: {} held for {}\n", window.step, join(spans, ", or "));
}

std::string verdict_line(const FuzzResult& result, const Painter& paint) {
  const scenario::FuzzReport& report = result.report;
  const Tone tone = report.verdict == scenario::Verdict::kPassed   ? Tone::kGood
                    : report.verdict == scenario::Verdict::kFailed ? Tone::kBad
                                                                   : Tone::kWarning;
  std::vector<std::string_view> names;
  for (const scenario::FoundByFuzz& found : report.found) {
    if (std::ranges::find(names, found.finding.name) == names.end()) {
      names.push_back(found.finding.name);
    }
  }
  std::string what = names.empty() ? "nothing found" : join(names, ", ");
  if (report.verdict == scenario::Verdict::kPassed && !names.empty()) what += ", as expected";
  return fmt::format("{}: {}: {} in {} runs\n", paint(tone, name_of(report.verdict)),
                     result.scenario, what, report.progress.runs);
}

std::string first_run_of(const FuzzResult& result, const scenario::FoundByFuzz& found) {
  if (found.given.has_value()) {
    return fmt::format("from the corpus: {}", result.corpus->files[*found.given]);
  }
  return fmt::format("first in run {} ({})", found.run, found.strategy);
}

std::string corpus_text(const CorpusUse& corpus) {
  std::string text = fmt::format("  corpus: {} schedule{} first, {} failed, {} added\n",
                                 corpus.runs, plural(corpus.runs), corpus.failed, corpus.added);
  if (corpus.unfit > 0) {
    text += fmt::format(
        "  corpus: {} schedule{} did not fit: of another version of the scenario, or out of the "
        "bounds\n",
        corpus.unfit, plural(corpus.unfit));
  }
  return text;
}

}  // namespace

std::string findings_text(const FuzzResult& result, const Painter& paint) {
  const scenario::FuzzReport& report = result.report;
  std::string text = verdict_line(result, paint);
  for (std::size_t index = 0; index < report.found.size(); ++index) {
    const scenario::FoundByFuzz& found = report.found[index];
    const scenario::Finding& finding = found.finding;
    if (!finding.place.empty()) text += paint(Tone::kStrong, finding.place + ":") + " ";
    const std::string_view heading = found.expected ? "expected" : "finding";
    text += fmt::format("{}: {}\n",
                        paint(found.expected ? Tone::kGood : Tone::kBad,
                              fmt::format("{}[{}]", heading, finding.name)),
                        finding.message);
    text += fmt::format("  = at cycle {}", finding.cycle);
    if (!finding.threads.empty()) text += fmt::format(", in {}", join(finding.threads, ", "));
    text += '\n';
    for (const std::string& detail : finding.details) text += fmt::format("  = {}\n", detail);
    text += fmt::format("  = {}, in {} run{} of {}\n", first_run_of(result, found), found.count,
                        plural(found.count), report.progress.runs);
    if (!result.schedules[index].empty()) {
      text += fmt::format("  = schedule: {} ({})\n", result.schedules[index], length_of(found));
    }
    for (const scenario::FoundWindow& window : found.windows) text += window_text(window);
    if (!found.reproduced) {
      text +=
          fmt::format("  = {}\n", paint(Tone::kBad, "its replay is another run: please report"));
    }
  }
  for (const std::string& missing : report.missing) {
    text += fmt::format("{}: not found: {}\n", paint(Tone::kBad, "missing"), missing);
  }
  for (const std::string& unjudged : report.unjudged) {
    text +=
        fmt::format("{}: too few runs to say: {}\n", paint(Tone::kWarning, "not judged"), unjudged);
  }
  if (report.progress.limited > 0) {
    text += fmt::format("{}: {} run{} came to a limit\n", paint(Tone::kWarning, "no verdict"),
                        report.progress.limited, plural(report.progress.limited));
  }
  return text;
}

std::string effort_text(const FuzzResult& result) {
  const scenario::FuzzProgress& progress = result.report.progress;
  const std::string corpus = result.corpus.has_value() ? corpus_text(*result.corpus) : "";
  return corpus + fmt::format(
                      "  {} runs in {}.{:03} s ({}/s), {} steps, coverage {}\n"
                      "  chance that the next run shows something new: at most {}\n",
                      progress.runs, result.time.count() / 1000, result.time.count() % 1000,
                      per_second(progress.runs, result.time), progress.steps, progress.coverage,
                      percent(progress.chance_of_news()));
}

std::string progress_text(const scenario::FuzzProgress& progress, std::chrono::milliseconds time) {
  return fmt::format("{} runs, {}/s, coverage {}, {} new, {} finding{}", progress.runs,
                     per_second(progress.runs, time), progress.coverage,
                     percent(progress.chance_of_news()), progress.findings,
                     plural(progress.findings));
}

}  // namespace ipcsim::cli
