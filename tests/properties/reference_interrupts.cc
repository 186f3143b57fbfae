// SPDX-License-Identifier: BSD-2-Clause
#include "tests/properties/reference_interrupts.h"

#include <algorithm>

namespace ipcsim::test {
namespace {

constexpr unsigned kMasked = 0x10000;
constexpr unsigned kLevel = 0x8000;
constexpr unsigned kRemoteIrr = 0x4000;
constexpr unsigned kActiveLow = 0x2000;

}  // namespace

ReferenceInterrupts::ReferenceInterrupts(unsigned number, unsigned pin_number, bool wide)
    : cpus(number), pins(pin_number), wide_(wide) {
  for (unsigned i = 0; i < number; ++i) cpus[i].number = i;
}

// "PPR[7:4] is the larger of TPR[7:4] and ISRV[7:4]"; its low half is that of TPR unless ISRV is
// the larger one.
unsigned ReferenceInterrupts::priority(const ReferenceCpu& cpu) const {
  const unsigned task = cpu.task_priority / 16;
  const unsigned in_service = cpu.highest_in_service() / 16;
  return in_service > task ? in_service * 16 : cpu.task_priority;
}

// "The processor will deliver only those whose class is higher than that of PPR."
bool ReferenceInterrupts::deliverable(const ReferenceCpu& cpu) const {
  return cpu.highest_requested() / 16 > priority(cpu) / 16;
}

unsigned ReferenceInterrupts::acknowledge(ReferenceCpu& cpu) {
  if (!deliverable(cpu)) return cpu.spurious;
  const unsigned vector = cpu.highest_requested();
  cpu.requested.erase(vector);
  cpu.in_service.insert(vector);
  return vector;
}

// "Clears the highest-priority bit in ISR"; "if it was level-triggered, a message to all I/O
// APICs".
void ReferenceInterrupts::end(ReferenceCpu& cpu) {
  if (cpu.in_service.empty()) return;
  const unsigned vector = cpu.highest_in_service();
  cpu.in_service.erase(vector);
  if (!cpu.level_triggered.contains(vector)) return;
  std::vector<ReferencePin*> ended;
  for (ReferencePin& pin : pins) {
    if ((pin.entry & kRemoteIrr) == 0 || (pin.entry & 0xff) != vector) continue;
    pin.entry &= ~kRemoteIrr;
    ended.push_back(&pin);
  }
  for (ReferencePin* const pin : ended) {
    if ((pin->entry & kMasked) == 0 && asks(*pin)) send(*pin);
  }
}

void ReferenceInterrupts::log(ReferenceCpu& cpu, unsigned error) {
  if ((cpu.logged & error) != 0) return;
  cpu.logged |= error;
  if ((cpu.error_entry & kMasked) == 0) accept(cpu, cpu.error_entry & 0xff, false);
}

bool ReferenceInterrupts::accept(ReferenceCpu& cpu, unsigned vector, bool level) {
  if (!cpu.enabled) return false;
  if (vector < 16) {
    log(cpu, 0x40);
    return false;
  }
  cpu.requested.insert(vector);
  cpu.level_triggered.erase(vector);
  if (level) cpu.level_triggered.insert(vector);
  return true;
}

bool ReferenceInterrupts::is_for(const ReferenceCpu& cpu, bool logical, std::uint32_t destination,
                                 bool from_outside) const {
  const bool everyone = destination == (wide_ && !from_outside ? 0xffffffffU : 0xffU);
  if (!logical) return everyone || destination == cpu.number;
  if (wide_) return everyone || (destination >> 16 == 0 && (destination >> cpu.number & 1) != 0);
  return (destination & cpu.logical) != 0;  // flat
}

unsigned ReferenceInterrupts::busyness(const ReferenceCpu& cpu) const {
  const unsigned task = cpu.task_priority / 16;
  const unsigned requested = cpu.highest_requested() / 16;
  const unsigned in_service = cpu.highest_in_service() / 16;
  if (task >= requested && task > in_service) return cpu.task_priority;
  return 16 * std::max(task & in_service, requested);
}

bool ReferenceInterrupts::deliver(std::vector<ReferenceCpu*> targets, bool lowest_priority,
                                  unsigned vector, bool level) {
  if (lowest_priority) {
    std::erase_if(targets, [](const ReferenceCpu* cpu) { return !cpu->enabled; });
    std::ranges::stable_sort(targets, {},
                             [this](const ReferenceCpu* cpu) { return busyness(*cpu); });
    if (targets.size() > 1) targets.resize(1);
  }
  bool accepted = false;
  for (ReferenceCpu* const cpu : targets) accepted = accept(*cpu, vector, level) || accepted;
  return accepted;
}

void ReferenceInterrupts::command(ReferenceCpu& sender, std::uint32_t low,
                                  std::uint32_t destination) {
  const unsigned shorthand = low >> 18 & 3;
  std::vector<ReferenceCpu*> targets;
  for (ReferenceCpu& cpu : cpus) {
    const bool self = cpu.number == sender.number;
    const bool named = is_for(cpu, (low & 0x800) != 0, destination, false);
    const bool is_target[] = {named, self, true, !self};
    if (is_target[shorthand]) targets.push_back(&cpu);
  }
  if ((low & 0xff) < 16) log(sender, 0x20);
  deliver(targets, (low & 0x700) == 0x100, low & 0xff, false);
}

void ReferenceInterrupts::self_interrupt(ReferenceCpu& cpu, unsigned vector) {
  if (vector < 16) log(cpu, 0x20);
  accept(cpu, vector, false);
}

void ReferenceInterrupts::write_spurious(ReferenceCpu& cpu, std::uint32_t value) {
  cpu.spurious = value & 0xff;
  cpu.enabled = (value & 0x100) != 0;
  if (cpu.enabled) return;
  cpu.timer_entry |= kMasked;
  cpu.error_entry |= kMasked;
}

void ReferenceInterrupts::write_errors(ReferenceCpu& cpu) {
  cpu.errors = cpu.logged;
  cpu.logged = 0;
}

void ReferenceInterrupts::write_error_entry(ReferenceCpu& cpu, std::uint32_t value) {
  cpu.error_entry = value | (cpu.enabled ? 0 : kMasked);
}

// --- The timer.

void ReferenceInterrupts::write_timer_entry(ReferenceCpu& cpu, std::uint32_t value) {
  cpu.timer_entry = value | (cpu.enabled ? 0 : kMasked);
  ReferenceTimer& timer = cpu.timer;
  const unsigned mode = value >> 17 & 3;
  if ((mode == 2) != (timer.mode == 2)) timer.count = timer.deadline = 0;
  timer.mode = mode;
}

void ReferenceInterrupts::write_initial_count(ReferenceCpu& cpu, std::uint32_t value) {
  if (cpu.timer.mode == 2) return;
  cpu.timer.initial = cpu.timer.count = value;
  cpu.timer.passed = 0;
}

void ReferenceInterrupts::write_divide(ReferenceCpu& cpu, std::uint32_t value) {
  const unsigned power = ((value & 3) | (value >> 1 & 4)) + 1;
  cpu.timer.divider = power == 8 ? 1 : 1U << power;
  cpu.timer.passed = 0;
}

void ReferenceInterrupts::write_deadline(ReferenceCpu& cpu, std::uint64_t value) {
  if (cpu.timer.mode != 2) return;
  cpu.timer.deadline = value;
  if (value != 0 && value <= now) expire(cpu);
}

void ReferenceInterrupts::expire(ReferenceCpu& cpu) {
  cpu.timer.deadline = 0;
  if (cpu.timer.mode == 1) cpu.timer.count = cpu.timer.initial;
  if ((cpu.timer_entry & kMasked) == 0) accept(cpu, cpu.timer_entry & 0xff, false);
}

void ReferenceInterrupts::tick() {
  ++now;
  for (ReferenceCpu& cpu : cpus) {
    ReferenceTimer& timer = cpu.timer;
    if (timer.deadline != 0 && timer.deadline <= now) expire(cpu);
    if (timer.count == 0 || ++timer.passed < timer.divider) continue;
    timer.passed = 0;
    if (--timer.count == 0) expire(cpu);
  }
}

// --- The I/O APIC.

bool ReferenceInterrupts::asks(const ReferencePin& pin) const {
  return pin.high != ((pin.entry & kActiveLow) != 0);
}

void ReferenceInterrupts::send(ReferencePin& pin) {
  std::vector<ReferenceCpu*> targets;
  for (ReferenceCpu& cpu : cpus) {
    if (is_for(cpu, (pin.entry & 0x800) != 0, pin.destination, true)) targets.push_back(&cpu);
  }
  const bool level = (pin.entry & kLevel) != 0;
  const bool accepted = deliver(targets, (pin.entry & 0x700) == 0x100, pin.entry & 0xff, level);
  if (accepted && level) pin.entry |= kRemoteIrr;
}

void ReferenceInterrupts::set_wire(unsigned number, bool high) {
  ReferencePin& pin = pins[number];
  const bool before = asks(pin);
  pin.high = high;
  if (before || !asks(pin) || (pin.entry & (kMasked | kRemoteIrr)) != 0) return;
  send(pin);
}

void ReferenceInterrupts::write_entry(unsigned number, std::uint32_t low) {
  ReferencePin& pin = pins[number];
  const bool level = (low & kLevel) != 0;
  pin.entry = low | (level ? pin.entry & kRemoteIrr : 0);
  if (level && asks(pin) && (pin.entry & (kMasked | kRemoteIrr)) == 0) send(pin);
}

}  // namespace ipcsim::test
