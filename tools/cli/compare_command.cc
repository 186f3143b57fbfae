// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>

#include <fmt/format.h>

#include "tools/cli/commands.h"
#include "tools/cli/compare_request.h"
#include "tools/cli/comparison_table.h"
#include "tools/cli/crash_report.h"
#include "tools/cli/input_file.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/json_output.h"
#include "tools/cli/load_report.h"
#include "tools/cli/overrides.h"
#include "tools/cli/progress_line.h"
#include "tools/cli/run_summary.h"
#include "tools/cli/shell_words.h"
#include "tools/cli/version.h"

namespace ipcsim::cli {
namespace {

std::string command(const std::string& program, std::vector<std::string> words) {
  words.insert(words.begin(), program);
  return shell_line(words);
}

std::string run_words(const Invocation& invocation, const CompareRequest& request,
                      const Variant& variant) {
  std::vector<std::string> words{"run", request.file};
  append_words(words, variant.overrides);
  return command(invocation.program, std::move(words));
}

// All variants of one scenario, one after the other.
class Comparer {
 public:
  Comparer(const Invocation& invocation, const CompareRequest& request)
      : invocation_(invocation),
        console_(invocation.console),
        request_(request),
        comparison_{shown_name(request.file), request.axes, {}} {}

  ExitCode compare() {
    ProgressLine progress(console_);
    std::vector<Variant> variants = variants_of(request_);
    for (Variant& variant : variants) {
      progress.show(comparison_.variants.size(), variants.size(), comparison_.file);
      const auto code = run(variant);
      progress.clear();
      if (!code) return usage(code.error());
      if (*code != ExitCode::kOk) return *code;
      if (interrupted_) break;
      comparison_.variants.push_back(std::move(variant));
    }
    return close(variants.size());
  }

 private:
  ExitCode usage(const UsageError& error) {
    if (request_.json) console_.out(error_json("compare", error));
    console_.error(error);
    return ExitCode::kUsage;
  }

  // Loads and runs it. Anything but kOk: the scenario cannot be used, and all is said.
  Usage<ExitCode> run(Variant& variant) {
    set_crash_replay(run_words(invocation_, request_, variant));
    const auto source = load(variant.overrides);
    if (!source) return Failure(source.error());
    const scenario::Diagnostics& diagnostics = source->diagnostics;
    // What is wrong with the text is so under every policy: once is enough.
    if (comparison_.variants.empty() || source->scenario == nullptr) {
      console_.err(diagnostics_text(diagnostics, console_.paint_err()));
    }
    if (source->scenario == nullptr) {
      const ExitCode code = exit_code_of(diagnostics);
      if (request_.json) console_.out(compare_json(comparison_, diagnostics, code));
      console_.err(next_explanation(diagnostics, invocation_.program));
      return code;
    }
    scenario::RunOptions options;
    options.tool = kVersion;
    options.record = false;
    const StopOnInterrupt stop;
    options.stop = &stop.flag();
    variant.report = scenario::run(*source->scenario, options);
    interrupted_ = stop.interrupted();
    if (!variant.report.schedule_error.empty()) {
      return wrong_usage(
          fmt::format("{}: its `schedule`: {}", comparison_.file, variant.report.schedule_error),
          "a schedule is of one kernel: take it out to compare several");
    }
    return ExitCode::kOk;
  }

  // A stream is read once.
  Usage<scenario::Loaded> load(const scenario::Overrides& overrides) {
    if (!stream_text_.empty()) {
      return scenario::load_text(stream_text_, comparison_.file, overrides);
    }
    auto source = load_scenario(request_.file, overrides);
    if (!source) return Failure(source.error());
    stream_text_ = std::move(source->stream_text);
    return std::move(source->loaded);
  }

  ExitCode close(std::size_t all) {
    const ExitCode code = exit_code();
    const Painter& paint = request_.json ? console_.paint_err() : console_.paint_out();
    if (!comparison_.variants.empty()) {
      const std::string table = comparison_table(comparison_, paint);
      if (request_.json) {
        console_.err(table);
      } else {
        console_.out(table);
      }
    }
    if (request_.json) console_.out(compare_json(comparison_, {}, code));
    console_.err(closing_lines(all));
    return code;
  }

  // A bug that was found outweighs a run that came to no verdict.
  ExitCode exit_code() const {
    if (interrupted_) return ExitCode::kInterrupted;
    ExitCode code = ExitCode::kOk;
    for (const Variant& variant : comparison_.variants) {
      const ExitCode one = exit_code_of(variant.report.verdict);
      if (one == ExitCode::kFailed) return one;
      if (one != ExitCode::kOk) code = one;
    }
    return code;
  }

  // After a failure the last line is the command that shows it.
  std::string closing_lines(std::size_t all) const {
    const std::vector<Variant>& variants = comparison_.variants;
    const auto bad = [](const Variant& variant) {
      return variant.report.verdict != scenario::Verdict::kPassed;
    };
    const auto passed = std::ssize(variants) - std::count_if(variants.begin(), variants.end(), bad);
    std::string text = fmt::format(
        "{}: {} of {} variants passed{}\n", comparison_.file, passed, all,
        interrupted_ ? fmt::format(", {} not run: interrupted", all - variants.size()) : "");
    const auto first = std::find_if(variants.begin(), variants.end(), bad);
    if (first == variants.end()) return text;
    text += findings_text(first->report, console_.paint_err());
    return text + fmt::format("next: {}\n", run_words(invocation_, request_, *first));
  }

  const Invocation& invocation_;
  Console& console_;
  const CompareRequest& request_;
  Comparison comparison_;
  std::string stream_text_;
  bool interrupted_ = false;  // what ran then has no result
};

}  // namespace

ExitCode compare_command(const Invocation& invocation) {
  const auto request = compare_request(invocation.arguments);
  if (!request) {
    if (invocation.arguments.has("json")) {
      invocation.console.out(error_json("compare", request.error()));
    }
    invocation.console.error(request.error());
    return ExitCode::kUsage;
  }
  set_crash_replay(command(invocation.program, words_of(*request)));
  return Comparer(invocation, *request).compare();
}

}  // namespace ipcsim::cli
