// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/json_output.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/cli/input_file.h"
#include "tools/cli/run_summary.h"
#include "tools/cli/version.h"

namespace ipcsim::cli {
namespace {

using Json = nlohmann::ordered_json;  // fields in the order in which they are set

Json object_of(std::string_view format, ExitCode code) {
  Json json;
  json["format"] = format;
  json["tool"] = kVersion;
  json["exit_code"] = static_cast<int>(code);
  return json;
}

// Source text may hold any bytes; JSON is UTF-8.
std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json error_object(const UsageError& error) {
  Json json{{"message", error.message}};
  if (!error.help.empty()) json["help"] = error.help;
  return json;
}

Json place_json(const scenario::ReportedPlace& place) {
  return {{"file", place.path},
          {"line", place.begin.line},
          {"column", place.begin.column},
          {"end_line", place.end.line},
          {"end_column", place.end.column}};
}

Json diagnostic_json(const scenario::ReportedDiagnostic& diagnostic) {
  Json json{{"code", diagnostic.code},
            {"severity", diagnostic.severity},
            {"message", diagnostic.message}};
  if (diagnostic.place) json["place"] = place_json(*diagnostic.place);
  if (!diagnostic.label.empty()) json["label"] = diagnostic.label;
  if (!diagnostic.help.empty()) json["help"] = diagnostic.help;
  for (const scenario::ReportedNote& note : diagnostic.related) {
    json["related"].push_back({{"message", note.message}, {"place", place_json(note.place)}});
  }
  for (const scenario::ReportedPlace& import : diagnostic.imported_at) {
    json["imported_at"].push_back(place_json(import));
  }
  return json;
}

Json diagnostics_json(const scenario::Diagnostics& diagnostics) {
  Json json = Json::array();
  for (const scenario::ReportedDiagnostic& diagnostic : scenario::reported(diagnostics)) {
    json.push_back(diagnostic_json(diagnostic));
  }
  return json;
}

Json finding_json(const scenario::Finding& finding) {
  Json json{{"name", finding.name}, {"message", finding.message}, {"cycle", finding.cycle}};
  if (!finding.place.empty()) json["place"] = finding.place;
  json["threads"] = finding.threads;
  json["details"] = finding.details;
  json["allowed"] = finding.silenced;
  return json;
}

// The sum of one activity, should an account name it twice.
Json cpu_json(const scenario::CpuAccount& cpu) {
  Json json = Json::object();
  for (const auto& [activity, cycles] : cpu.activities) {
    json[activity] = json.value(activity, Cycles{0}) + cycles;
  }
  return json;
}

std::string_view verdict_word(const scenario::RunReport* report) {
  if (report == nullptr) return "broken";
  switch (report->verdict) {
    case scenario::Verdict::kPassed:
      return "passed";
    case scenario::Verdict::kFailed:
      return "failed";
    case scenario::Verdict::kLimit:
      return "limit";
  }
  return "";
}

void add_report(Json& json, const scenario::RunReport& report) {
  if (report.verdict == scenario::Verdict::kLimit) json["limit"] = report.limit;
  json["expected_finding"] = report.expected_finding;
  json["findings"] = Json::array();
  for (const scenario::Finding& finding : report.findings) {
    json["findings"].push_back(finding_json(finding));
  }
  json["end_cycle"] = report.end;
  json["steps"] = report.steps;
  json["events"] = report.events;
  json["context_switches"] = report.context_switches;
  json["wakeups"] = report.wakeups;
  json["failed_calls"] = report.failed_calls;
  json["ipc_bytes"] = report.ipc_bytes;
  json["buffer_bytes"] = report.buffer_bytes;
  json["shared_bytes_loaded"] = report.shared_bytes_loaded;
  json["shared_bytes_stored"] = report.shared_bytes_stored;
  json["frames_mapped"] = report.frames_mapped;
  json["shootdowns"] = report.shootdowns;
  json["cpus"] = Json::array();
  for (const scenario::CpuAccount& cpu : report.cpus) json["cpus"].push_back(cpu_json(cpu));
  // Hexadecimal text: many readers of JSON lose the low bits of large numbers.
  json["fingerprint"] = fmt::format("{:016x}", report.fingerprint);
  if (!report.schedule.empty()) json["schedule"] = report.schedule;
}

void add_scenario(Json& json, const scenario::Scenario& scenario) {
  const scenario::Summary summary = scenario::summary(scenario);
  json["scenario"] = {{"name", summary.name}, {"digest", fmt::format("{:016x}", summary.digest)}};
  json["cost"] = {{"name", summary.cost_model},
                  {"digest", fmt::format("{:016x}", summary.cost_model_digest)}};
  json["parameters"] = Json::object();
  for (const auto& [name, value] : summary.parameters) json["parameters"][name] = value;
}

std::string_view word_of(Blessing blessing) {
  switch (blessing) {
    case Blessing::kNone:
      return "";
    case Blessing::kCreated:
      return "created";
    case Blessing::kUpdated:
      return "updated";
    case Blessing::kRemoved:
      return "removed";
  }
  return "";
}

Json calls_json(const scenario::RunReport& report) {
  Json json = Json::array();
  for (const scenario::CallFigures& call : report.calls) {
    json.push_back({{"call", call.call},
                    {"returns", call.returns},
                    {"failures", call.failures},
                    {"cycles", call.cycles}});
  }
  return json;
}

std::string_view word_of(Conclusion conclusion) {
  switch (conclusion) {
    case Conclusion::kNone:
      return "";
    case Conclusion::kEqual:
      return "equal";
    case Conclusion::kApart:
      return "apart";
    case Conclusion::kTooNear:
      return "too_near";
    case Conclusion::kFlips:
      return "flips";
  }
  return "";
}

// What the figures say; `call` for those of one kind of call.
void add_conclusions(Json& json, const Comparison& comparison, const std::vector<Figure>& figures,
                     const char* key) {
  for (const Figure& figure : figures) {
    const Spread spread = spread_of(comparison, figure);
    if (spread.conclusion == Conclusion::kNone) continue;
    Json one{{key, figure.name}, {"conclusion", word_of(spread.conclusion)}};
    if (!spread.from_zero) one["factor"] = spread.factor;
    json["conclusions"].push_back(std::move(one));
  }
}

Json variant_json(const Comparison& comparison, const Variant& variant) {
  Json json{{"values", Json::object()}, {"verdict", verdict_word(&variant.report)}};
  for (std::size_t axis = 0; axis < comparison.axes.size(); ++axis) {
    const auto& [name, values] = comparison.axes[axis];
    json["values"][name] = values[variant.values[axis]];
  }
  add_report(json, variant.report);
  for (const char* const of_trace : {"events", "fingerprint"})
    json.erase(of_trace);  // none is kept
  json["calls"] = calls_json(variant.report);
  return json;
}

}  // namespace

std::string run_json(const RunResult& result) {
  Json json = object_of(fmt::format("ipcsim-{}-1", result.verb), result.code);
  json["file"] = shown_name(result.request.file);
  json["verdict"] = verdict_word(result.report);
  if (result.request.options.schedule == scenario::Schedule::kRandomWalk) {
    json["seed"] = std::to_string(result.request.options.seed);
  }
  if (result.scenario != nullptr) add_scenario(json, *result.scenario);
  if (result.report != nullptr) add_report(json, *result.report);
  if (result.determinism != Determinism::kNotChecked) {
    json["deterministic"] = result.determinism == Determinism::kEqual;
  }
  if (result.request.trace_to == TraceTo::kFile) json["trace"] = result.request.output;
  if (!result.story.empty()) json["story"] = result.story;
  json["again"] = result.again;
  json["diagnostics"] = diagnostics_json(result.diagnostics);
  return text_of(json);
}

std::string compare_json(const Comparison& comparison, const scenario::Diagnostics& diagnostics,
                         ExitCode code) {
  Json json = object_of("ipcsim-compare-1", code);
  json["file"] = comparison.file;
  json["axes"] = Json::array();
  for (const Axis& axis : comparison.axes) {
    json["axes"].push_back({{"name", axis.name}, {"values", axis.values}});
  }
  json["variants"] = Json::array();
  for (const Variant& variant : comparison.variants) {
    json["variants"].push_back(variant_json(comparison, variant));
  }
  json["conclusions"] = Json::array();
  add_conclusions(json, comparison, run_figures(comparison), "figure");
  add_conclusions(json, comparison, call_figures(comparison), "call");
  json["diagnostics"] = diagnostics_json(diagnostics);
  return text_of(json);
}

std::string fuzz_json(std::span<const FuzzResult> results, std::uint64_t seed, ExitCode code) {
  Json json = object_of("ipcsim-fuzz-1", code);
  json["seed"] = seed;
  json["files"] = Json::array();
  for (const FuzzResult& result : results) {
    const scenario::FuzzReport& report = result.report;
    Json one{{"file", shown_name(result.file)},
             {"verdict", name_of(report.verdict)},
             {"runs", report.progress.runs},
             {"steps", report.progress.steps},
             {"runs_at_a_limit", report.progress.limited},
             {"coverage", report.progress.coverage},
             {"chance_of_news_per_10000", report.progress.chance_of_news()},
             {"milliseconds", result.time.count()},
             {"missing", report.missing},
             {"not_judged", report.unjudged},
             {"again", result.again}};
    if (result.corpus.has_value()) {
      one["corpus"] = {{"runs", result.corpus->runs},
                       {"failed", result.corpus->failed},
                       {"did_not_fit", result.corpus->unfit},
                       {"added", result.corpus->added}};
    }
    one["findings"] = Json::array();
    for (std::size_t index = 0; index < report.found.size(); ++index) {
      const scenario::FoundByFuzz& found = report.found[index];
      Json finding = finding_json(found.finding);
      finding["expected"] = found.expected;
      finding["reproduced"] = found.reproduced;
      finding["first_run"] = found.run;
      finding["runs"] = found.count;
      finding["strategy"] = found.strategy;
      if (found.given.has_value()) {
        finding["from_corpus"] = result.corpus->files[*found.given];
      }
      finding["schedule"] = found.schedule;
      finding["deviations"] = found.deviations;
      finding["deviations_before"] = found.deviations_before;
      finding["is_minimum"] = found.is_minimum;
      finding["windows"] = Json::array();
      for (const scenario::FoundWindow& window : found.windows) {
        finding["windows"].push_back(
            {{"step", window.step}, {"delays", window.delays}, {"longest_tried", window.longest}});
      }
      finding["schedule_file"] = result.schedules[index];
      one["findings"].push_back(std::move(finding));
    }
    json["files"].push_back(std::move(one));
  }
  return text_of(json);
}

std::string lint_json(std::span<const LintedFile> files, ExitCode code) {
  Json json = object_of("ipcsim-lint-1", code);
  json["files"] = Json::array();
  for (const LintedFile& file : files) {
    Json one{{"file", shown_name(file.file)},
             {"errors", file.diagnostics.error_count()},
             {"warnings", file.diagnostics.warning_count()},
             {"diagnostics", diagnostics_json(file.diagnostics)}};
    if (file.error) one["error"] = error_object(*file.error);
    json["files"].push_back(std::move(one));
  }
  return text_of(json);
}

std::string fmt_json(std::span<const FormattedFile> files, ExitCode code) {
  Json json = object_of("ipcsim-fmt-1", code);
  json["files"] = Json::array();
  for (const FormattedFile& file : files) {
    Json one{{"file", shown_name(file.file)},
             {"changed", file.changed},
             {"diagnostics", diagnostics_json(file.diagnostics)}};
    if (file.text) one["text"] = *file.text;
    if (file.error) one["error"] = error_object(*file.error);
    json["files"].push_back(std::move(one));
  }
  return text_of(json);
}

std::string error_json(std::string_view verb, const UsageError& error) {
  Json json = object_of(fmt::format("ipcsim-{}-1", verb), ExitCode::kUsage);
  json["error"] = error_object(error);
  return text_of(json);
}

std::string test_json(std::span<const TestResult> results, ExitCode code) {
  Json json = object_of("ipcsim-test-1", code);
  const auto passed = std::count_if(results.begin(), results.end(), [](const TestResult& result) {
    return result.outcome == TestOutcome::kPassed;
  });
  json["passed"] = passed;
  json["failed"] = std::ssize(results) - passed;
  json["results"] = Json::array();
  for (const TestResult& result : results) {
    const bool good = result.outcome == TestOutcome::kPassed;
    Json one{{"file", result.file}, {"outcome", good ? "passed" : "failed"}};
    if (result.blessing != Blessing::kNone) one["trace"] = word_of(result.blessing);
    if (!result.reason.empty()) one["reason"] = result.reason;
    if (!result.details.empty()) one["details"] = result.details;
    if (!result.next.empty()) one["next"] = result.next;
    json["results"].push_back(std::move(one));
  }
  return text_of(json);
}

std::string explain_json(std::span<const scenario::Explanation> explanations) {
  Json json = object_of("ipcsim-explain-1", ExitCode::kOk);
  json["explanations"] = Json::array();
  for (const scenario::Explanation& explanation : explanations) {
    json["explanations"].push_back({{"kind", explanation.kind},
                                    {"word", explanation.word},
                                    {"title", explanation.title},
                                    {"text", explanation.text}});
  }
  return text_of(json);
}

}  // namespace ipcsim::cli
