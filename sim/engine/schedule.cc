// SPDX-License-Identifier: BSD-2-Clause
#include "sim/engine/schedule.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace ipcsim::engine {
namespace {

constexpr std::string_view kVersion = "1";

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(" \t\r", at)) != std::string_view::npos) {
    const std::size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

// What was read may hold any bytes; messages about it do not.
std::string printable(std::string_view text) {
  const std::string quoted = quote(text);
  return quoted.substr(1, quoted.size() - 2);
}

template <class Number>
std::optional<Number> number_of(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<StepText> step_of(std::string_view text) {
  const std::size_t hash = text.rfind('#');
  if (hash == std::string_view::npos || hash == 0) return std::nullopt;
  const auto number = number_of<std::uint32_t>(text.substr(hash + 1));
  if (!number || *number == 0) return std::nullopt;
  return StepText{std::string(text.substr(0, hash)), *number};
}

std::string step_text(const StepText& step) { return fmt::format("{}#{}", step.lane, step.number); }

std::optional<Deviation> hold_of(std::span<const std::string_view> words) {
  Deviation deviation;
  if (words.size() < 4) return std::nullopt;
  const auto at = step_of(words[1]);
  if (!at) return std::nullopt;
  deviation.at = *at;
  if (words[2] == "until" && words.size() == 4) {
    const auto until = step_of(words[3]);
    if (!until) return std::nullopt;
    deviation.kind = DeviationKind::kHoldUntil;
    deviation.until = *until;
    return deviation;
  }
  if (words[2] == "for" && words.size() == 5 && words[4] == "cy") {
    const auto cycles = number_of<std::uint64_t>(words[3]);
    if (!cycles || *cycles == 0) return std::nullopt;
    deviation.kind = DeviationKind::kHoldFor;
    deviation.amount = *cycles;
    return deviation;
  }
  return std::nullopt;
}

std::optional<Deviation> deviation_of(std::span<const std::string_view> words) {
  if (words[0] == "hold") return hold_of(words);
  Deviation deviation;
  const bool injection = words[0] == "inject";
  const bool is_switch = words[0] == "preempt" || words[0] == "tlb";
  if (words.size() != (is_switch ? 2U : 3U)) return std::nullopt;
  const auto at = step_of(words[injection ? 2 : 1]);
  if (!at) return std::nullopt;
  deviation.at = *at;
  if (is_switch) {
    deviation.kind = words[0] == "tlb" ? DeviationKind::kTlb : DeviationKind::kPreempt;
    return deviation;
  }
  if (words[0] == "pick") {
    deviation.kind = DeviationKind::kPick;
    deviation.picked = std::string(words[2]);
    return deviation;
  }
  const bool jitter = words[0] == "jitter";
  if (words[0] != "value" && !injection && !jitter) return std::nullopt;
  const auto amount = number_of<std::uint64_t>(words[injection ? 1 : 2]);
  if (!amount || *amount == 0) return std::nullopt;
  deviation.kind = jitter      ? DeviationKind::kJitter
                   : injection ? DeviationKind::kInject
                               : DeviationKind::kValue;
  deviation.amount = *amount;
  return deviation;
}

}  // namespace

std::string to_text(const Deviation& deviation) {
  const std::string at = step_text(deviation.at);
  switch (deviation.kind) {
    case DeviationKind::kHoldUntil:
      return fmt::format("hold {} until {}", at, step_text(deviation.until));
    case DeviationKind::kHoldFor:
      return fmt::format("hold {} for {} cy", at, deviation.amount);
    case DeviationKind::kPreempt:
      return fmt::format("preempt {}", at);
    case DeviationKind::kPick:
      return fmt::format("pick {} {}", at, deviation.picked);
    case DeviationKind::kValue:
      return fmt::format("value {} {}", at, deviation.amount);
    case DeviationKind::kJitter:
      return fmt::format("jitter {} {}", at, deviation.amount);
    case DeviationKind::kTlb:
      return fmt::format("tlb {}", at);
    case DeviationKind::kInject:
      return fmt::format("inject {} {}", deviation.amount, at);
  }
  return {};
}

std::string to_text(const Schedule& schedule) {
  std::string text =
      fmt::format("schedule {} {} {:016x}\n", kVersion, schedule.scenario, schedule.digest);
  for (const Deviation& deviation : schedule.deviations) text += to_text(deviation) + "\n";
  return text;
}

Result<Schedule, ScheduleError> parse_schedule(std::string_view text) {
  Schedule schedule;
  bool header_seen = false;
  std::uint32_t line_number = 1;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\n;"), text.size());
    std::string_view line = text.substr(0, end);
    const std::uint32_t here = line_number;
    if (end < text.size() && text[end] == '\n') ++line_number;
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find("//"));
    const std::vector<std::string_view> words = words_of(line);
    if (words.empty()) continue;
    if (!header_seen) {
      const auto digest = words.size() == 4 ? number_of<std::uint64_t>(words[3], 16) : std::nullopt;
      if (words[0] != "schedule" || !digest) {
        return Failure(ScheduleError{here, "expected `schedule 1 FILE DIGEST` first"});
      }
      if (words[1] != kVersion) {
        return Failure(ScheduleError{
            here, fmt::format("schedule version {} is not known here (this is version {})",
                              printable(words[1].substr(0, 20)), kVersion)});
      }
      schedule.scenario = std::string(words[2]);
      schedule.digest = *digest;
      header_seen = true;
      continue;
    }
    const auto deviation = deviation_of(words);
    if (!deviation) {
      return Failure(ScheduleError{
          here,
          fmt::format(
              "`{}` is no deviation; expected hold, preempt, pick, value, inject, jitter or tlb",
              printable(trim(line).substr(0, 80)))});
    }
    schedule.deviations.push_back(*deviation);
  }
  if (!header_seen) return Failure(ScheduleError{1, "the schedule is empty"});
  return schedule;
}

}  // namespace ipcsim::engine
