// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "tools/cli/commands.h"
#include "tools/cli/corpus_folder.h"
#include "tools/cli/crash_report.h"
#include "tools/cli/fuzz_request.h"
#include "tools/cli/fuzz_summary.h"
#include "tools/cli/input_file.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/json_output.h"
#include "tools/cli/load_report.h"
#include "tools/cli/output_file.h"
#include "tools/cli/overrides.h"
#include "tools/cli/progress_line.h"
#include "tools/cli/run_summary.h"
#include "tools/cli/shell_words.h"
#include "tools/cli/thread_workers.h"

namespace ipcsim::cli {
namespace {

// Schedules without a finding that a corpus keeps of one version of a scenario.
constexpr std::uint64_t kMostInteresting = 256;

using Clock = std::chrono::steady_clock;

class FuzzSession {
 public:
  FuzzSession(const Invocation& invocation, const FuzzRequest& request)
      : invocation_(invocation),
        console_(invocation.console),
        request_(request),
        workers_(request.jobs) {}

  ExitCode fuzz() {
    if (request_.corpus.has_value()) {
      auto opened = CorpusFolder::open(*request_.corpus);
      if (!opened) return usage(opened.error());
      corpus_ = std::move(opened).value();
      console_.err(strangers_text(*corpus_));
    }
    for (const std::string& file : request_.files) {
      const auto code = fuzz_file(file);
      if (!code) return usage(code.error());
      worst_ = worse(worst_, *code);
      if (*code == ExitCode::kInterrupted) break;
    }
    return close();
  }

 private:
  ExitCode usage(const UsageError& error) {
    if (request_.json) console_.out(error_json("fuzz", error));
    console_.error(error);
    return ExitCode::kUsage;
  }

  // What was found counts for more than what was not judged, and both for more than all is well.
  static ExitCode worse(ExitCode a, ExitCode b) {
    constexpr ExitCode kByWeight[] = {ExitCode::kOk,         ExitCode::kLimit,
                                      ExitCode::kFailed,     ExitCode::kBrokenScenario,
                                      ExitCode::kUsage,      ExitCode::kNondeterminism,
                                      ExitCode::kInterrupted};
    return std::ranges::find(kByWeight, a) < std::ranges::find(kByWeight, b) ? b : a;
  }

  std::string command(std::vector<std::string> words) const {
    words.insert(words.begin(), invocation_.program);
    return shell_line(words);
  }

  Usage<ExitCode> fuzz_file(const std::string& file) {
    FuzzResult result;
    result.file = file;
    result.again = command(words_of(request_, file));
    set_crash_replay(result.again);
    const auto source = load_scenario(file, request_.overrides);
    if (!source) return Failure(source.error());
    const scenario::Diagnostics& diagnostics = source->loaded.diagnostics;
    console_.err(diagnostics_text(diagnostics, console_.paint_err()));
    if (source->loaded.scenario == nullptr) {
      console_.err(next_explanation(diagnostics, invocation_.program));
      return exit_code_of(diagnostics);
    }
    const scenario::Scenario& scenario = *source->loaded.scenario;
    result.scenario = scenario::summary(scenario).name;
    search(scenario, result);
    write_schedules(result);
    const ExitCode code = exit_code_of(result);
    report(std::move(result));
    return code;
  }

  void search(const scenario::Scenario& scenario, FuzzResult& result) {
    scenario::FuzzOptions options = request_.options;
    if (corpus_.has_value()) begin_with_corpus(scenario, options, result);
    scenario::Fuzzer fuzzer(scenario, options, workers_.count());
    const StopOnInterrupt stop;
    ProgressLine progress(console_);
    const Clock::time_point start = Clock::now();
    const auto passed = [start] {
      return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    };
    while (fuzzer.advance(workers_, &stop.flag())) {
      keep(fuzzer, result);
      progress.show(
          results_.size(), request_.files.size(),
          fmt::format("{}: {}", result.scenario, progress_text(fuzzer.progress(), passed())));
      if (request_.time.has_value() && passed() >= *request_.time) break;
    }
    keep(fuzzer, result);
    result.time = passed();
    result.interrupted = stop.interrupted();
    count_given(fuzzer, result);
    result.report = fuzzer.report();
  }

  void begin_with_corpus(const scenario::Scenario& scenario, scenario::FuzzOptions& options,
                         FuzzResult& result) {
    ScenarioCorpus corpus = corpus_->of(scenario::summary(scenario));
    options.given = std::move(corpus.texts);
    options.keep = kMostInteresting - std::min(kMostInteresting, corpus.interesting);
    result.corpus.emplace();
    result.corpus->files = std::move(corpus.files);
    result.corpus->unfit = corpus.outdated;
  }

  // After every round, so that whatever ends this process takes no more than one with it.
  void keep(scenario::Fuzzer& fuzzer, FuzzResult& result) {
    if (!result.corpus.has_value()) return;
    for (const scenario::KeptSchedule& kept : fuzzer.take_kept()) {
      if (!corpus_.has_value()) return;
      if (const auto error = corpus_->add(result.scenario, kept)) {
        console_.error(*error);
        corpus_.reset();
        return;
      }
      ++result.corpus->added;
    }
  }

  static void count_given(const scenario::Fuzzer& fuzzer, FuzzResult& result) {
    if (!result.corpus.has_value()) return;
    for (const scenario::GivenScheduleRun& run : fuzzer.given_runs()) {
      if (!run.made) continue;
      ++result.corpus->runs;
      if (run.failed) ++result.corpus->failed;
      if (!run.fits) ++result.corpus->unfit;
    }
  }

  // A folder that cannot be written to is no reason to lose what was found.
  void write_schedules(FuzzResult& result) {
    const std::string stem = std::filesystem::path(result.scenario).stem();
    for (std::size_t index = 0; index < result.report.found.size(); ++index) {
      std::string path =
          (std::filesystem::path(request_.output) / fmt::format("{}.{}.schedule", stem, index + 1))
              .lexically_normal();
      if (const auto error = write_file(path, result.report.found[index].schedule)) {
        console_.error(*error);
        path.clear();
      }
      result.schedules.push_back(std::move(path));
    }
  }

  static ExitCode exit_code_of(const FuzzResult& result) {
    const bool differs = std::ranges::any_of(
        result.report.found, [](const scenario::FoundByFuzz& found) { return !found.reproduced; });
    if (differs) return ExitCode::kNondeterminism;
    if (result.interrupted) return ExitCode::kInterrupted;
    return cli::exit_code_of(result.report.verdict);
  }
  static ExitCode exit_code_of(const scenario::Diagnostics& diagnostics) {
    return cli::exit_code_of(diagnostics);
  }

  void report(FuzzResult result) {
    const Painter& paint = request_.json ? console_.paint_err() : console_.paint_out();
    const std::string text = findings_text(result, paint);
    if (request_.json) {
      console_.err(text);
    } else {
      console_.out(text);
    }
    console_.err(effort_text(result));
    results_.push_back(std::move(result));
  }

  ExitCode close() {
    if (request_.json) console_.out(fuzz_json(results_, request_.options.seed, worst_));
    console_.err(fmt::format("seed {}\n", request_.options.seed));
    for (const FuzzResult& result : results_) {
      const std::string next = next_command(result);
      if (next.empty()) continue;
      console_.err(fmt::format("next: {}\n", next));
      break;
    }
    return worst_;
  }

  // The first finding that nobody expects, replayed; else the search itself.
  std::string next_command(const FuzzResult& result) const {
    const auto& found = result.report.found;
    for (std::size_t index = 0; index < found.size(); ++index) {
      if (found[index].expected || result.schedules[index].empty()) continue;
      std::vector<std::string> words{"replay", result.file, result.schedules[index], "--explain"};
      append_words(words, request_.overrides);
      return command(std::move(words));
    }
    return result.report.verdict == scenario::Verdict::kFailed ? result.again : "";
  }

  const Invocation& invocation_;
  Console& console_;
  const FuzzRequest& request_;
  ThreadWorkers workers_;
  std::optional<CorpusFolder> corpus_;
  std::vector<FuzzResult> results_;
  ExitCode worst_ = ExitCode::kOk;
};

}  // namespace

ExitCode fuzz_command(const Invocation& invocation) {
  const auto request = fuzz_request(invocation.arguments);
  if (!request) {
    if (invocation.arguments.has("json")) {
      invocation.console.out(error_json("fuzz", request.error()));
    }
    invocation.console.error(request.error());
    return ExitCode::kUsage;
  }
  return FuzzSession(invocation, *request).fuzz();
}

}  // namespace ipcsim::cli
