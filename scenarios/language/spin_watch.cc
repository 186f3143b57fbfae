// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/spin_watch.h"

#include "scenarios/language/table.h"
#include "sim/base/stable_hash.h"

namespace ipcsim::scenario {
namespace {

// So many rounds without a change are needed before anything is compared: most loops end earlier.
constexpr std::uint32_t kRoundsBefore = 16;
// And so often, in rounds, is said that it still goes on.
constexpr std::uint32_t kRoundsBetween = 16;

void add(StableHash& hash, const Value& value);

void add(StableHash& hash, const Table& table) {
  for (const Table::Entry& entry : table.entries()) {
    add(hash, entry.key);
    add(hash, entry.value);
  }
}

void add(StableHash& hash, const Value& value) {
  hash.add(static_cast<std::uint64_t>(value.kind()));
  switch (value.kind()) {
    case ValueKind::kBytes:
    case ValueKind::kFault:
      hash.add(value.bytes());
      return;
    case ValueKind::kTable:
      add(hash, value.table());
      return;
    case ValueKind::kEvent: {
      const kernel::Event event = value.event();
      hash.add(static_cast<std::uint64_t>(event.kind));
      hash.add(event.fd.number);
      hash.add(event.task.value());
      hash.add(event.uid);
      hash.add(event.sequence);
      return;
    }
    default:
      hash.add(value.number());
  }
}

// Of all that decides what the thread does next, but for what it is told.
std::uint64_t digest_of(const ScriptThread& thread) {
  StableHash hash;
  hash.add(thread.frame_count);
  for (const Value& value : thread.all_registers()) add(hash, value);
  return hash.digest();
}

}  // namespace

bool SpinWatch::changes_nothing(Opcode opcode, const Value& result) {
  switch (opcode) {
    case Opcode::k_read:
    case Opcode::k_load_number:
    case Opcode::k_load_bytes:
    case Opcode::k_fence:
    case Opcode::k_yield:
    case Opcode::k_sleep:
    case Opcode::k_compute:
    case Opcode::k_catch_up:
      return true;
    case Opcode::k_poll:
    case Opcode::k_poll_all:
      return result.is(ValueKind::kEvent) && result.event().kind == kernel::EventKind::kTimedOut;
    default:
      return false;
  }
}

bool SpinWatch::goes_round(ScriptThread& thread, const Instruction* to) {
  ScriptThread::Round& round = thread.round;
  const bool same = round.at == to && round.changes == changes_ && round.calls > 0;
  round.calls = 0;
  if (!same) {
    round.at = to;
    round.changes = changes_;
    round.rounds = 0;
    round.spins = false;
    return false;
  }
  if (++round.rounds < kRoundsBefore) return false;
  if ((round.rounds - kRoundsBefore) % kRoundsBetween > 1) return false;
  const std::uint64_t digest = digest_of(thread);
  const bool is_first = round.rounds == kRoundsBefore;
  if (!is_first && digest != round.digest) {
    round.rounds = 0;
    round.spins = false;
    return false;
  }
  round.digest = digest;
  round.spins = !is_first;
  return round.spins;
}

}  // namespace ipcsim::scenario
