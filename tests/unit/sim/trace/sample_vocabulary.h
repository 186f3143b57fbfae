// SPDX-License-Identifier: BSD-2-Clause
// A small vocabulary and the names that go with it, for tests and benchmarks of this layer: every
// formatter, every part of a line, no kernel.
#pragma once

#include <array>
#include <string_view>

#include "sim/trace/formatters.h"
#include "sim/trace/header.h"
#include "sim/trace/names.h"
#include "sim/trace/vocabulary.h"

namespace ipcsim::trace::sample {

enum Kind : unsigned { kIpc, kSched, kThread };
enum EventNumber : std::uint16_t { kPoll, kWrite, kRead, kSwitch, kReady, kExit, kAllFormats };
enum Reason : std::uint16_t { kNoReason, kSliceOver, kSlept };
enum Outcome : std::uint16_t { kNoOutcome, kBusy, kPeerClosed };
enum Group : unsigned { kTasks, kStates };

inline constexpr std::array<std::string_view, 3> kKinds{"ipc", "sched", "thread"};
inline constexpr std::array<std::string_view, 3> kReasons{"", "slice_over", "slept"};
inline constexpr std::array<std::string_view, 3> kResults{"", "busy", "peer_closed"};

inline constexpr std::array kPollArguments{
    ArgumentType{"event", format_name<kStates>},
    ArgumentType{"fd", format_signed},
    ArgumentType{"timeout", format_cycles},
};
inline constexpr std::array kWriteArguments{
    ArgumentType{"bytes", format_bytes},
    ArgumentType{"fd", format_signed},
    ArgumentType{"number", format_unsigned},
};
inline constexpr std::array kReadArguments{
    ArgumentType{"bytes", format_bytes},
    ArgumentType{"fd", format_signed},
};
inline constexpr std::array kSwitchArguments{
    ArgumentType{"from", format_lane},
    ArgumentType{"to", format_lane},
};

// Left out unless it is set, as an optional argument is.
inline void format_if_set(std::string& out, std::uint64_t value, const Names& names) {
  if (value != 0) format_unsigned(out, value, names);
}

inline constexpr std::array kAllArguments{
    ArgumentType{"address", format_hex},
    ArgumentType{"optional", format_if_set},
    ArgumentType{"task", format_name<kTasks>},
    ArgumentType{"urgent", format_yes_no},
};

inline constexpr std::array kEvents{
    EventType{kIpc, "poll", kPollArguments, 0},
    EventType{kIpc, "write", kWriteArguments, -1},
    EventType{kIpc, "read", kReadArguments, 0},
    EventType{kSched, "switch", kSwitchArguments, -1},
    EventType{kSched, "ready", {}, -1},
    EventType{kThread, "exit", {}, -1},
    EventType{kThread, "push_to_listen_queue", kAllArguments, 1},
};

inline constexpr Vocabulary kVocabulary{kKinds, kEvents, kReasons, kResults};

inline Names names_of(const Recorder& recorder) {
  Names names(recorder);
  names.add_lane("consumer.main");
  names.add_lane("producer.main");
  names.add_lane("cpu1");
  names.add_lane("client[2] \"odd\"");
  names.add_file("hello.scn");
  names.add_file("lib/two words.scn");
  names.add(kTasks, "consumer");
  names.add(kTasks, "producer");
  names.add(kStates, "signaled");
  names.add(kStates, "closed");
  return names;
}

inline TraceHeader header() {
  TraceHeader header;
  header.tool = "0.1.0";
  header.scenario = "hello.scn";
  header.scenario_digest = 0x0123456789abcdef;
  header.parameters = {{"messages", "64"}, {"greeting", "two words"}};
  header.policies = {{"buffer", "shared"}, {"poll_all", "full_task"}};
  header.defects = {"lost_signal"};
  header.cost_model = "skylake_nokpti";
  header.cost_model_digest = 42;
  header.seed = 7;
  header.schedule = {"hold consumer.main#3 until producer.main#7", " an odd \"line\""};
  return header;
}

}  // namespace ipcsim::trace::sample
