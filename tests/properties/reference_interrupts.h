// SPDX-License-Identifier: BSD-2-Clause
// ReferenceInterrupts: local APICs and an I/O APIC once more, as slow and obvious as can be: lists
// of vectors, a timer that ticks, and the sentences of the manual. All CPUs are in the same mode.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

namespace ipcsim::test {

struct ReferenceTimer {
  unsigned mode = 0;  // 0 once, 1 periodic, 2 deadline
  unsigned divider = 2;
  std::uint64_t initial = 0;
  std::uint64_t count = 0;
  unsigned passed = 0;  // cycles of the current count
  std::uint64_t deadline = 0;
};

struct ReferenceCpu {
  unsigned number = 0;
  std::set<unsigned> requested;
  std::set<unsigned> in_service;
  std::set<unsigned> level_triggered;
  unsigned task_priority = 0;
  bool enabled = true;
  unsigned spurious = 0xff;
  unsigned logical = 0;
  unsigned errors = 0;  // as ESR shows them
  unsigned logged = 0;  // since it was written
  unsigned error_entry = 0x10000;
  unsigned timer_entry = 0x10000;
  ReferenceTimer timer;

  unsigned highest_requested() const { return requested.empty() ? 0 : *requested.rbegin(); }
  unsigned highest_in_service() const { return in_service.empty() ? 0 : *in_service.rbegin(); }
};

struct ReferencePin {
  std::uint32_t entry = 0x10000;  // low half, with remote IRR
  unsigned destination = 0;
  bool high = false;
};

class ReferenceInterrupts {
 public:
  ReferenceInterrupts(unsigned cpus, unsigned pins, bool wide);

  unsigned priority(const ReferenceCpu& cpu) const;
  bool deliverable(const ReferenceCpu& cpu) const;
  unsigned acknowledge(ReferenceCpu& cpu);
  void end(ReferenceCpu& cpu);
  void command(ReferenceCpu& sender, std::uint32_t low, std::uint32_t destination);
  void self_interrupt(ReferenceCpu& cpu, unsigned vector);
  void write_spurious(ReferenceCpu& cpu, std::uint32_t value);
  void write_errors(ReferenceCpu& cpu);
  void write_error_entry(ReferenceCpu& cpu, std::uint32_t value);
  void write_timer_entry(ReferenceCpu& cpu, std::uint32_t value);
  void write_initial_count(ReferenceCpu& cpu, std::uint32_t value);
  void write_divide(ReferenceCpu& cpu, std::uint32_t value);
  void write_deadline(ReferenceCpu& cpu, std::uint64_t value);
  void set_wire(unsigned pin, bool high);
  void write_entry(unsigned pin, std::uint32_t low);
  void tick();  // one cycle

  std::uint64_t now = 0;
  std::vector<ReferenceCpu> cpus;
  std::vector<ReferencePin> pins;

 private:
  bool is_for(const ReferenceCpu& cpu, bool logical, std::uint32_t destination,
              bool from_outside) const;
  unsigned busyness(const ReferenceCpu& cpu) const;
  bool accept(ReferenceCpu& cpu, unsigned vector, bool level);
  bool deliver(std::vector<ReferenceCpu*> targets, bool lowest_priority, unsigned vector,
               bool level);
  void log(ReferenceCpu& cpu, unsigned error);
  void expire(ReferenceCpu& cpu);
  bool asks(const ReferencePin& pin) const;
  void send(ReferencePin& pin);

  bool wide_;
};

}  // namespace ipcsim::test
