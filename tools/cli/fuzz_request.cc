// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/fuzz_request.h"

#include <algorithm>
#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "tools/cli/golden_traces.h"
#include "tools/cli/input_file.h"
#include "tools/cli/numbers.h"
#include "tools/cli/overrides.h"
#include "tools/cli/thread_workers.h"

namespace ipcsim::cli {
namespace {

constexpr std::uint64_t kMostJobs = 256;
constexpr std::uint64_t kUnboundedRuns = std::numeric_limits<std::uint64_t>::max();

// Words from a list, each of which must be known.
Usage<std::vector<std::string>> words_from(const Arguments& arguments, std::string_view option,
                                           const std::vector<std::string_view>& known) {
  std::vector<std::string> words;
  const std::string* const list = arguments.value(option);
  if (list == nullptr) return words;
  for (const std::string_view part : split(*list, ',')) {
    const std::string_view word = trim(part);
    if (std::ranges::find(known, word) == known.end()) {
      const auto suggestion = closest(word, known);
      return wrong_usage(fmt::format("`--{} {}`: there is no `{}`", option, *list, word),
                         suggestion ? fmt::format("did you mean `{}`?", *suggestion)
                                    : fmt::format("there are: {}", join(known, ", ")));
    }
    words.emplace_back(word);
  }
  return words;
}

std::optional<UsageError> set_bounds(FuzzRequest& request, const Arguments& arguments) {
  const auto hold = optional_number(arguments, "max-hold");
  if (!hold) return hold.error();
  const auto preemptions = optional_number(arguments, "max-preemptions");
  if (!preemptions) return preemptions.error();
  const auto injections = optional_number(arguments, "max-injections");
  if (!injections) return injections.error();
  request.options.max_hold = *hold;
  request.options.max_preemptions = *preemptions;
  request.options.max_injections = *injections;
  return std::nullopt;
}

// Without a number of runs a span of time is the only bound, and the other way round.
std::optional<UsageError> set_budget(FuzzRequest& request, const Arguments& arguments) {
  const auto runs = optional_number(arguments, "runs");
  if (!runs) return runs.error();
  if (*runs == 0U) {
    return UsageError{"`--runs 0` searches nothing", "write how many runs to make, as in 100_000"};
  }
  if (const std::string* const text = arguments.value("time")) {
    const auto time = duration_of("time", *text);
    if (!time) return time.error();
    request.time = *time;
  }
  if (runs->has_value()) {
    request.options.runs = **runs;
  } else if (request.time.has_value()) {
    request.options.runs = kUnboundedRuns;
  }
  const auto seed = optional_number(arguments, "seed");
  if (!seed) return seed.error();
  request.options.seed = seed->value_or(1);
  const auto jobs = optional_number(arguments, "jobs");
  if (!jobs) return jobs.error();
  if (*jobs == 0U || *jobs > kMostJobs) {
    return UsageError{fmt::format("`--jobs {}`: it must be 1 to {}", **jobs, kMostJobs),
                      "leave it out to use every processor"};
  }
  request.jobs = static_cast<unsigned>(jobs->value_or(ThreadWorkers::usual_count()));
  return std::nullopt;
}

// "2/5": the second of five.
std::optional<UsageError> set_shard(FuzzRequest& request, const Arguments& arguments) {
  const std::string* const text = arguments.value("shard");
  if (text == nullptr) return std::nullopt;
  const std::vector<std::string_view> parts = split(*text, '/');
  const auto part = parse_unsigned(parts.front());
  const auto all = parts.size() == 2 ? parse_unsigned(parts.back()) : std::nullopt;
  if (!part || !all || *part < 1 || *part > *all) {
    return UsageError{fmt::format("`--shard {}` names no part of a whole", *text),
                      "write I/N with I from 1 to N, as in --shard 2/5"};
  }
  request.options.part = *part - 1;
  request.options.parts = *all;
  return std::nullopt;
}

std::optional<UsageError> set_files(FuzzRequest& request, const Arguments& arguments) {
  const std::vector<std::string>& operands = arguments.operands();
  if (operands.size() == 1 && is_stream(operands.front())) {
    request.files = operands;
    return std::nullopt;
  }
  const auto found = find_test_files(operands);
  if (!found) return found.error();
  request.files = found->scenarios;
  return std::nullopt;
}

}  // namespace

Usage<FuzzRequest> fuzz_request(const Arguments& arguments) {
  FuzzRequest request;
  request.json = arguments.has("json");
  request.options.paranoid = arguments.has("paranoid");
  request.options.first_only = arguments.has("first");
  request.options.shrink = !arguments.has("no-shrink");
  auto overrides = overrides_of(arguments);
  if (!overrides) return Failure(overrides.error());
  request.overrides = std::move(overrides).value();
  auto strategies = words_from(arguments, "strategy", scenario::fuzz_strategies());
  if (!strategies) return Failure(strategies.error());
  request.options.strategies = std::move(strategies).value();
  auto vary = words_from(arguments, "vary", scenario::choice_kinds());
  if (!vary) return Failure(vary.error());
  request.options.vary = std::move(vary).value();
  for (const auto set : {set_bounds, set_budget, set_shard, set_files}) {
    if (auto error = set(request, arguments)) return Failure(std::move(*error));
  }
  if (const std::string* const output = arguments.value("output")) {
    std::error_code error;
    if (!std::filesystem::is_directory(*output, error)) {
      return wrong_usage(fmt::format("`-o {}`: there is no such folder", *output),
                         "schedules are written into a folder that exists");
    }
    request.output = *output;
  }
  if (const std::string* const corpus = arguments.value("corpus")) request.corpus = *corpus;
  return request;
}

std::vector<std::string> words_of(const FuzzRequest& request, const std::string& file) {
  const scenario::FuzzOptions& options = request.options;
  std::vector<std::string> words{"fuzz", file, "--seed", std::to_string(options.seed)};
  const auto add = [&words](std::string_view option, std::string value) {
    words.insert(words.end(), {fmt::format("--{}", option), std::move(value)});
  };
  const auto add_if = [&add](std::string_view option, const std::optional<std::uint64_t>& value) {
    if (value.has_value()) add(option, std::to_string(*value));
  };
  if (options.runs != kUnboundedRuns) add("runs", std::to_string(options.runs));
  if (!options.strategies.empty()) add("strategy", join(options.strategies, ","));
  if (!options.vary.empty()) add("vary", join(options.vary, ","));
  add_if("max-hold", options.max_hold);
  add_if("max-preemptions", options.max_preemptions);
  add_if("max-injections", options.max_injections);
  if (options.parts != 1) add("shard", fmt::format("{}/{}", options.part + 1, options.parts));
  if (request.corpus.has_value()) add("corpus", *request.corpus);
  if (options.first_only) words.emplace_back("--first");
  if (!options.shrink) words.emplace_back("--no-shrink");
  if (!options.shrink) words.emplace_back("--no-shrink");
  if (options.paranoid) words.emplace_back("--paranoid");
  append_words(words, request.overrides);
  return words;
}

}  // namespace ipcsim::cli
