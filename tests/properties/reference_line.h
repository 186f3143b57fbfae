// SPDX-License-Identifier: BSD-2-Clause
// ReferenceLine: the wire of one device from the device to its driver: what stands at the pin of
// the I/O APIC, which CPUs have been asked and not answered, and what the kernel owes the driver.
// Each function says what it did as far as the trace must show it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "kernel_model/machine/interrupt_message.h"

namespace ipcsim::test {

class ReferenceLine {
 public:
  static constexpr int kNobody = -1;

  // What becomes of a line, in the order in which it is told.
  struct Change {
    bool latches = false;
    bool masks = false;
    bool unmasks = false;
    bool signals = false;  // the driver, with sequence()
  };

  explicit ReferenceLine(bool level) : level_(level), masked_(level) {}

  // --- The wire.
  bool is_level() const { return level_; }
  bool is_high() const { return high_; }
  machine::Acceptance rise();
  void fall() { high_ = false; }
  // A CPU takes the interrupt; false: nobody asked it to.
  bool taken(unsigned cpu);
  // It has written EOI.
  void ended();
  // A CPU has been asked and has not answered.
  bool is_pending() const { return !pending_.empty(); }

  // --- The kernel. An interrupt that was taken has its effect.
  Change interrupt();
  int driver() const { return driver_; }
  // Interrupts go to `cpu` from now on.
  Change open(unsigned task, int end, unsigned cpu);
  bool may_acknowledge(std::uint64_t sequence) const {
    return unanswered_ && sequence == sequence_;
  }
  Change acknowledge();
  // A poll has brought the signal with this number to user code.
  void brought(std::uint64_t sequence) { heard_ = heard_ || sequence == sequence_; }
  std::uint64_t sequence() const { return sequence_; }
  // The driver's end is closed.
  Change close();

  // Who may not be asked to share the line; for certain, or perhaps no longer.
  std::optional<unsigned> holder() const { return holder_; }
  bool holds_for_certain() const { return certain_; }
  void doubt_holder() { certain_ = false; }
  void release() { holder_.reset(); }

 private:
  void ask();
  void set_masked(bool masked, Change& change);
  void tell(Change& change);
  Change go_on();

  bool level_;
  bool high_ = false;
  bool masked_;
  bool in_service_ = false;     // of a level: asked for, and EOI has not come
  std::set<unsigned> pending_;  // CPUs that were asked
  unsigned cpu_ = 0;

  int driver_ = kNobody;
  std::optional<unsigned> holder_;
  bool certain_ = true;
  bool latched_ = false;
  bool unanswered_ = false;
  bool heard_ = false;
  std::uint64_t sequence_ = 0;
};

}  // namespace ipcsim::test
