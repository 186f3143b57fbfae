// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "tools/cli/commands.h"
#include "tools/cli/crash_report.h"
#include "tools/cli/golden_traces.h"
#include "tools/cli/input_file.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/json_output.h"
#include "tools/cli/load_report.h"
#include "tools/cli/output_file.h"
#include "tools/cli/overrides.h"
#include "tools/cli/progress_line.h"
#include "tools/cli/run_summary.h"
#include "tools/cli/shell_words.h"
#include "tools/cli/test_result.h"
#include "tools/cli/trace_difference.h"
#include "tools/cli/version.h"

namespace ipcsim::cli {
namespace {

enum class Mode : std::uint8_t { kCompare, kBless };

// Tests one file after the other and says how each fared as soon as it is known.
class Tester {
 public:
  Tester(const Invocation& invocation, Mode mode)
      : program_(invocation.program),
        console_(invocation.console),
        mode_(mode),
        json_(invocation.arguments.has("json")) {}

  ExitCode test(const TestFiles& files) {
    const std::size_t all = files.scenarios.size() + files.stray_traces.size();
    ProgressLine progress(console_);
    for (const std::string& scenario : files.scenarios) {
      progress.show(results_.size(), all, scenario);
      TestResult result = test_scenario(scenario);
      progress.clear();
      if (interrupted_) return close(all);
      report(std::move(result));
    }
    for (const std::string& trace : files.stray_traces) report(test_stray_trace(trace));
    return close(all);
  }

 private:
  std::string command(std::vector<std::string> words) const {
    words.insert(words.begin(), program_);
    return shell_line(words);
  }

  static TestResult failed(const std::string& file, std::string reason, std::string details,
                           std::string next) {
    return {file,
            TestOutcome::kFailed,
            Blessing::kNone,
            std::move(reason),
            std::move(details),
            std::move(next)};
  }

  // For people, on stdout unless JSON has it.
  const Painter& paint() const { return json_ ? console_.paint_err() : console_.paint_out(); }
  void say(const std::string& text) {
    if (json_) {
      console_.err(text);
    } else {
      console_.out(text);
    }
  }

  TestResult test_scenario(const std::string& path) {
    const auto plain_run = run(path, {});
    if (!plain_run) return plain_run.error();
    for (const scenario::Overrides& variant : plain_run->variants) {
      const auto varied = run(path, variant);
      if (!varied) return varied.error();
    }
    return compare(path, plain_run->report);
  }

  struct Run {
    scenario::RunReport report;
    // What the `expect_finding` lines of the file name: it must pass with each of them, too.
    std::vector<scenario::Overrides> variants;
  };

  // The scenario with what is laid over it; the error is the failed test.
  Result<Run, TestResult> run(const std::string& path, const scenario::Overrides& overrides) {
    std::vector<std::string> words{"run", path};
    append_words(words, overrides);
    const std::string run_it = command(words);
    const std::vector<std::string> laid_over(words.begin() + 2, words.end());
    const std::string with = laid_over.empty() ? "" : "with " + shell_line(laid_over) + " ";
    set_crash_replay(run_it);

    auto source = load_scenario(path, overrides);
    if (!source) {
      const UsageError& error = source.error();
      return Failure(failed(path, error.message,
                            error.help.empty() ? "" : "      = help: " + error.help + "\n", ""));
    }
    if (source->loaded.scenario == nullptr) {
      words.front() = "lint";
      return Failure(failed(path, with + "it has errors",
                            diagnostics_text(source->loaded.diagnostics, plain()), command(words)));
    }
    scenario::RunOptions options;
    options.tool = kVersion;
    const StopOnInterrupt stop;
    options.stop = &stop.flag();
    Run run{scenario::run(*source->loaded.scenario, options),
            scenario::summary(*source->loaded.scenario).variants};
    interrupted_ = stop.interrupted();
    const std::string problem = problem_of(run.report);
    if (problem.empty()) return run;
    return Failure(failed(path, with + problem, findings_text(run.report, plain()), run_it));
  }

  static std::string problem_of(const scenario::RunReport& report) {
    if (!report.schedule_error.empty())
      return "its schedule does not fit: " + report.schedule_error;
    switch (report.verdict) {
      case scenario::Verdict::kPassed:
        return {};
      case scenario::Verdict::kFailed:
        return "it does not do what is expected";
      case scenario::Verdict::kLimit:
        return "it stopped at a limit: " + report.limit;
    }
    return {};
  }

  TestResult compare(const std::string& path, const scenario::RunReport& run) {
    const std::string golden = golden_path(path);
    const std::string& trace = run.trace;
    std::error_code error;
    if (!std::filesystem::exists(golden, error)) {
      // Procs and templates for other files to import: nothing happens in it, and all is said.
      if (run.steps == 0) return {path};
      if (mode_ == Mode::kBless) return bless(path, golden, trace, Blessing::kCreated, "");
      return failed(path, fmt::format("there is no golden trace {}", golden), "",
                    command({"test", "--bless", path}));
    }
    const auto expected = read_text(golden);
    if (!expected) return failed(path, expected.error().message, "", "");
    const auto difference = first_difference(*expected, trace);
    if (!difference) return {path};
    const std::string details = describe(*difference);
    if (mode_ == Mode::kBless) return bless(path, golden, trace, Blessing::kUpdated, details);
    return failed(path, fmt::format("its trace differs from {}", golden), details,
                  command({"test", "--bless", path}));
  }

  TestResult bless(const std::string& path, const std::string& golden, const std::string& trace,
                   Blessing blessing, std::string details) {
    if (const auto error = write_file(golden, trace)) return failed(path, error->message, "", "");
    return {path, TestOutcome::kPassed, blessing, "", std::move(details), ""};
  }

  TestResult test_stray_trace(const std::string& path) {
    if (mode_ == Mode::kCompare) {
      return failed(path, "this trace has no scenario beside it", "",
                    command({"test", "--bless", std::filesystem::path(path).parent_path()}));
    }
    if (!is_ipcsim_trace(path)) {
      return failed(path, "it is no trace of ipcsim and is not removed", "", "");
    }
    if (unlink(path.c_str()) != 0) {
      return failed(path, fmt::format("it cannot be removed: {}", std::strerror(errno)), "", "");
    }
    return {path, TestOutcome::kPassed, Blessing::kRemoved, "", "", ""};
  }

  void report(TestResult result) {
    if (result.outcome == TestOutcome::kFailed) {
      say(fmt::format("{}  {}: {}\n{}", paint()(Tone::kBad, "FAILED "), result.file, result.reason,
                      result.details));
    } else {
      if (result.blessing != Blessing::kRemoved) {
        say(fmt::format("{}  {}\n", paint()(Tone::kGood, "ok     "), result.file));
      }
      report_blessing(result);
    }
    results_.push_back(std::move(result));
  }

  void report_blessing(const TestResult& result) {
    switch (result.blessing) {
      case Blessing::kNone:
        return;
      case Blessing::kCreated:
        say(fmt::format("created  {}\n", golden_path(result.file)));
        return;
      case Blessing::kUpdated:
        say(fmt::format("updated  {}\n{}", golden_path(result.file), result.details));
        return;
      case Blessing::kRemoved:
        say(fmt::format("removed  {}\n", result.file));
        return;
    }
  }

  ExitCode close(std::size_t all) {
    const auto failure = [](const TestResult& result) {
      return result.outcome == TestOutcome::kFailed;
    };
    const auto count = std::count_if(results_.begin(), results_.end(), failure);
    const ExitCode code = interrupted_ ? ExitCode::kInterrupted
                          : count == 0 ? ExitCode::kOk
                                       : ExitCode::kFailed;
    say(fmt::format(
        "{} passed, {} failed{}\n", std::ssize(results_) - count, count,
        interrupted_ ? fmt::format(", {} not tested: interrupted", all - results_.size()) : ""));
    const auto first = std::find_if(results_.begin(), results_.end(), [&](const TestResult& one) {
      return failure(one) && !one.next.empty();
    });
    if (first != results_.end()) say(fmt::format("next: {}\n", first->next));
    if (json_) console_.out(test_json(results_, code));
    return code;
  }

  // Details are kept for JSON too, so they have no colours.
  static Painter plain() { return Painter(Colours::kOff); }

  std::string program_;
  Console& console_;
  Mode mode_;
  bool json_;
  bool interrupted_ = false;  // what runs now has no result any more
  std::vector<TestResult> results_;
};

bool is_continuous_integration() {
  const char* value = std::getenv("CI");
  return value != nullptr && *value != '\0';
}

}  // namespace

ExitCode test_command(const Invocation& invocation) {
  const auto wrong = [&](const UsageError& error) {
    if (invocation.arguments.has("json")) invocation.console.out(error_json("test", error));
    invocation.console.error(error);
    return ExitCode::kUsage;
  };
  const Mode mode = invocation.arguments.has("bless") ? Mode::kBless : Mode::kCompare;
  if (mode == Mode::kBless && is_continuous_integration()) {
    return wrong({"`--bless` is refused where the variable CI is set",
                  "bless on your own machine, look at the changes and commit them"});
  }
  const auto files = find_test_files(invocation.arguments.operands());
  if (!files) return wrong(files.error());
  return Tester(invocation, mode).test(*files);
}

}  // namespace ipcsim::cli
