// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/run_request.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/trace/kinds.h"
#include "tools/cli/input_file.h"
#include "tools/cli/numbers.h"
#include "tools/cli/output_file.h"
#include "tools/cli/overrides.h"
#include "tools/cli/version.h"

namespace ipcsim::cli {
namespace {

Usage<std::vector<std::string>> kinds_of(std::string_view list) {
  std::vector<std::string> kinds;
  std::vector<std::string_view> known = scenario::event_kinds();
  known.push_back(trace::kAllKinds);
  for (const std::string_view part : split(list, ',')) {
    const std::string_view kind = trim(part);
    if (std::find(known.begin(), known.end(), kind) == known.end()) {
      const auto suggestion = closest(kind, known);
      return wrong_usage(fmt::format("`--trace {}`: there is no kind of event `{}`", list, kind),
                         suggestion ? fmt::format("did you mean `{}`?", *suggestion)
                                    : fmt::format("there are: {}", join(known, ", ")));
    }
    kinds.emplace_back(kind);
  }
  return kinds;
}

// A file of that name is read; anything else is taken for the schedule itself.
Usage<std::string> schedule_text_of(const std::string& argument) {
  std::error_code error;
  if (!std::filesystem::exists(argument, error)) return argument;
  return read_text(argument);
}

std::optional<UsageError> set_schedule(RunRequest& request, const Arguments& arguments) {
  const std::string* seed = arguments.value("seed");
  const std::string* schedule = arguments.value("schedule");
  if (seed != nullptr && schedule != nullptr) {
    return UsageError{"`--seed` and `--schedule` each choose the order of things",
                      "leave one of them out"};
  }
  if (seed != nullptr) {
    const auto number = number_of("seed", *seed);
    if (!number) return number.error();
    request.options.schedule = scenario::Schedule::kRandomWalk;
    request.options.seed = *number;
  }
  if (schedule != nullptr) {
    auto text = schedule_text_of(*schedule);
    if (!text) return text.error();
    request.options.schedule = scenario::Schedule::kGiven;
    request.options.schedule_text = std::move(text).value();
    request.schedule_argument = *schedule;
  }
  return std::nullopt;
}

std::optional<UsageError> set_output(RunRequest& request, const Arguments& arguments) {
  request.json = arguments.has("json");
  const std::string* output = arguments.value("output");
  if (output == nullptr) {
    request.trace_to = request.json ? TraceTo::kNowhere : TraceTo::kStdout;
    return std::nullopt;
  }
  if (*output == kStdin) {
    if (request.json) {
      return UsageError{"`-o -` and `--json` both want stdout", "give a file to -o"};
    }
    return std::nullopt;
  }
  for (const std::string_view ending : {".gz", ".zst"}) {
    if (output->ends_with(ending)) {
      return UsageError{
          fmt::format("{}: traces are written as plain text, not compressed", *output),
          fmt::format("give a name without `{}`", ending)};
    }
  }
  request.trace_to = TraceTo::kFile;
  request.output = *output;
  return cannot_write(*output);
}

// A schedule may separate its lines by `;` too, so that a command stays on one line. A comment
// would swallow what follows it.
std::string on_one_line(std::string schedule) {
  if (schedule.find("//") != std::string::npos) return schedule;
  while (schedule.ends_with('\n')) schedule.pop_back();
  std::replace(schedule.begin(), schedule.end(), '\n', ';');
  return schedule;
}

}  // namespace

Usage<RunRequest> run_request(const Arguments& arguments) {
  RunRequest request;
  request.file = arguments.operands().front();
  auto overrides = overrides_of(arguments);
  if (!overrides) return Failure(overrides.error());
  request.overrides = std::move(overrides).value();
  if (auto error = set_schedule(request, arguments)) return Failure(std::move(*error));
  if (const std::string* kinds = arguments.value("trace")) {
    auto list = kinds_of(*kinds);
    if (!list) return Failure(list.error());
    request.options.recorded_kinds = std::move(list).value();
  }
  if (const std::string* until = arguments.value("until")) {
    const auto cycle = number_of("until", *until);
    if (!cycle) return Failure(cycle.error());
    request.options.until = *cycle;
  }
  request.options.tool = kVersion;
  request.options.paranoid = arguments.has("paranoid");
  request.check_determinism = arguments.has("check-determinism");
  if (request.check_determinism && request.file != kStdin && is_stream(request.file)) {
    return wrong_usage(fmt::format("{}: cannot be read again by a fresh process", request.file),
                       "give a file to `--check-determinism`, or - for stdin");
  }
  if (auto error = set_output(request, arguments)) return Failure(std::move(*error));
  return request;
}

std::vector<std::string> words_of(const RunRequest& request) {
  std::vector<std::string> words{"run", request.file};
  const scenario::RunOptions& options = request.options;
  if (options.schedule == scenario::Schedule::kRandomWalk) {
    words.insert(words.end(), {"--seed", std::to_string(options.seed)});
  }
  if (options.schedule == scenario::Schedule::kGiven) {
    words.insert(words.end(), {"--schedule", on_one_line(request.schedule_argument)});
  }
  append_words(words, request.overrides);
  if (options.until) words.insert(words.end(), {"--until", std::to_string(*options.until)});
  if (options.paranoid) words.emplace_back("--paranoid");
  return words;
}

}  // namespace ipcsim::cli
