// SPDX-License-Identifier: BSD-2-Clause
// Tracer: how kernel code leaves records. It adds what every record has (cycle, lane, step), so
// that a call site names only what happened. Costs one test when the kind is not recorded.
#pragma once

#include <array>
#include <cstdint>

#include "kernel_model/abi/vocabulary.h"
#include "sim/engine/engine.h"
#include "sim/trace/recorder.h"

namespace ipcsim::kernel {

// What may be said of an event besides its arguments.
struct Extra {
  std::uint16_t result = kNoResult;
  Reason why = Reason::kNone;
  std::uint32_t flow = 0;
};

class Tracer {
 public:
  Tracer(const engine::Engine& engine, trace::Recorder& recorder)
      : engine_(engine), recorder_(recorder) {}

  bool records(EventGroup group) const { return recorder_.records(static_cast<unsigned>(group)); }

  // A flow number for an arrow, or 0 when nothing is recorded.
  std::uint32_t new_flow() { return recorder_.recorded() == 0 ? 0 : recorder_.next_flow(); }

  std::uint64_t keep(std::span<const std::byte> bytes) { return recorder_.keep(bytes); }

  void emit(EventGroup group, EventCode code, std::uint16_t cpu, trace::SourceLine source,
            std::array<std::uint64_t, trace::kMaximumArguments> arguments, Extra extra = {}) {
    if (!records(group)) return;
    const engine::StepName step = engine_.current_step();
    trace::Record& record = recorder_.append();
    record.cycle = engine_.now();
    record.lane = step.lane;
    record.step = step.number;
    record.event = static_cast<std::uint16_t>(code);
    record.cpu = cpu;
    record.source = source;
    record.flow = extra.flow;
    record.why = static_cast<std::uint16_t>(extra.why);
    record.result = extra.result;
    record.arguments[0] = arguments[0];
    record.arguments[1] = arguments[1];
    record.arguments[2] = arguments[2];
    record.arguments[3] = arguments[3];
  }

 private:
  const engine::Engine& engine_;
  trace::Recorder& recorder_;
};

}  // namespace ipcsim::kernel
