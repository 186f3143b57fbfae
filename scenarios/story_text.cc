// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/story_text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace ipcsim::scenario {
namespace {

struct EventName {
  std::string_view kind;
  std::string_view name;
};

// "" as a name: all of that kind.
constexpr std::array kUntold{
    EventName{"user", ""},
    EventName{"sched", ""},
    EventName{"irq", "sent"},
    EventName{"irq", "taken"},
    EventName{"irq", "eoi"},
    EventName{"irq", "raised"},
    EventName{"irq", "lowered"},
    EventName{"memory", "invalidated"},
    EventName{"memory", "fence"},
    EventName{"thread", "exit_thread"},
    EventName{"thread", "task_ended"},
    EventName{"test", "finding"},
};

// Arguments that a reader can do without.
constexpr std::array<std::string_view, 12> kUntoldKeys = {
    "scope", "woken", "ready",  "waiters", "latency", "uid",
    "cpus",  "queue", "number", "code",    "record",  "bytes_count"};

bool is_told(const trace::ArgumentText& argument) {
  if (argument.key == "timeout" && argument.value == "never") return false;
  return std::ranges::find(kUntoldKeys, argument.key) == kUntoldKeys.end();
}

std::string_view told_name(const trace::EventLine& event) {
  if (event.name == "polled") return "poll";
  if (event.name == "connected") return "connect";
  if (event.name == "thread_ended") return "ends";
  if (event.name == "started") return "begins";
  return event.name;
}

std::string grouped(Cycles cycles) {
  std::string text = std::to_string(cycles);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, "_");
  return text;
}

}  // namespace

bool is_told(const trace::EventLine& event) {
  return std::ranges::none_of(kUntold, [&event](const EventName& untold) {
    return event.kind == untold.kind && (untold.name.empty() || event.name == untold.name);
  });
}

std::string story_text(const trace::EventLine& event) {
  const bool goes_on = event.name == "polled" || event.name == "connected";
  std::vector<std::string_view> arguments;
  for (const trace::ArgumentText& argument : event.arguments()) {
    if (!goes_on && is_told(argument)) arguments.push_back(argument.value);
  }
  std::string text(told_name(event));
  if (!arguments.empty()) text += fmt::format("({})", ipcsim::join(arguments, ", "));
  if (!event.result.empty()) text += fmt::format(" -> {}", event.result);
  return text;
}

std::string story_text(const DeviationEffect& deviation, std::string_view next) {
  const std::vector<std::string_view> words = split(deviation.text, ' ');
  const std::string_view last = words.back();
  if (words.front() == "hold") {
    const std::string time = deviation.held == 0
                                 ? std::string("HELD behind others of this cycle")
                                 : fmt::format("HELD for {} cy", grouped(deviation.held));
    return fmt::format("{} at #{}{}", time, deviation.step.number,
                       next.empty() ? "" : fmt::format(", before {}", next));
  }
  if (words.front() == "preempt") return "PREEMPTED: its time slice ends here";
  if (words.front() == "pick") return fmt::format("PICKED: {} runs next", last);
  if (words.front() == "value") return fmt::format("DRAWN: {}", last);
  if (words.front() == "inject") return fmt::format("INJECTED: number {} of the file", words[1]);
  if (words.front() == "tlb") return "EVICTED: a stale translation is gone";
  return fmt::format("LATE by {} cy", last);
}

}  // namespace ipcsim::scenario
