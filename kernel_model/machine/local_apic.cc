// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/local_apic.h"

#include <algorithm>

#include "sim/base/check.h"

namespace ipcsim::machine {
namespace {

constexpr unsigned class_of(std::uint8_t priority) { return priority >> 4; }

}  // namespace

LocalApic::LocalApic(ApicPort& port, ApicId id, ProcessorKind processor,
                     const ApicFeatures& features)
    : port_(port),
      id_(id),
      features_(features),
      base_(kApicBaseAddress | kApicBaseEnable |
            (processor == ProcessorKind::kBootstrap ? kApicBaseBootstrap : 0)),
      waits_for_startup_(processor == ProcessorKind::kApplication) {
  reset();
}

// What power-up, INIT (10.4.7.3) and leaving the disabled state have in common; id, mode and wires
// stay.
void LocalApic::reset() {
  task_priority_ = 0;
  logical_destination_ = 0;
  destination_format_ = kDestinationFormatReset;
  spurious_ = kSpuriousReset;
  request_ = {};
  in_service_ = {};
  trigger_modes_ = {};
  error_status_ = 0;
  logged_errors_ = 0;
  command_low_ = 0;
  command_destination_ = 0;
  lvt_.fill(kLvtReset);
  timer_ = {};
  external_message_ = false;
}

ApicMode LocalApic::mode() const {
  if ((base_ & kApicBaseEnable) == 0) return ApicMode::kDisabled;
  return (base_ & kApicBaseX2apic) != 0 ? ApicMode::kX2apic : ApicMode::kXapic;
}

// --- Priorities.

// 10.8.3.1. For equal classes the low half is model-specific: here that of TPR, as recorded.
std::uint8_t LocalApic::processor_priority() const {
  const std::uint8_t in_service = in_service_.highest();
  if (class_of(task_priority_) >= class_of(in_service)) return task_priority_;
  return in_service & 0xf0;
}

// 10.6.2.4.
std::uint8_t LocalApic::arbitration_priority() const {
  const unsigned task = class_of(task_priority_);
  const unsigned requested = class_of(request_.highest());
  const unsigned in_service = class_of(in_service_.highest());
  if (task >= requested && task > in_service) return task_priority_;
  return static_cast<std::uint8_t>(std::max(task & in_service, requested) << 4);
}

bool LocalApic::deliverable() const {
  return class_of(request_.highest()) > class_of(processor_priority());
}

Acknowledged LocalApic::acknowledge() {
  if (!deliverable()) {
    return {static_cast<std::uint8_t>(spurious_), Acknowledged::Kind::kSpurious};
  }
  const std::uint8_t vector = request_.highest();
  request_.clear(vector);
  in_service_.set(vector);
  return {vector, Acknowledged::Kind::kInterrupt};
}

// 10.8.5. The highest one ends, whichever the handler means.
void LocalApic::end_interrupt() {
  const std::uint8_t vector = in_service_.highest();
  if (vector == 0) return;
  in_service_.clear(vector);
  if (!trigger_modes_.test(vector)) return;
  if (static_cast<std::uint8_t>(lvt_[kLint0]) == vector) lvt_[kLint0] &= ~kLvtRemoteIrr;
  drive_lint0();
  if ((spurious_ & kSpuriousNoEndBroadcast) == 0) port_.broadcast_end(vector);
}

MsrWrite LocalApic::write_cr8(std::uint64_t value) {
  if (value > 15) return MsrWrite::kGeneralProtection;
  task_priority_ = static_cast<std::uint8_t>(value << 4);
  return MsrWrite::kDone;
}

// --- Acceptance.

// 10.6.2.2, 10.12.10.2.
std::uint32_t LocalApic::logical_id() const {
  return (id_.value() >> 4) << 16 | 1U << (id_.value() & 15);
}

bool LocalApic::is_logical_destination(const InterruptMessage& message) const {
  if (mode() == ApicMode::kX2apic) {
    if (message.is_broadcast()) return true;
    const std::uint32_t own = logical_id();
    return own >> 16 == message.destination >> 16 && (own & message.destination & 0xffff) != 0;
  }
  if (message.width == DestinationWidth::k32 && message.is_broadcast()) return true;
  if (message.destination > 0xff) return false;
  const std::uint32_t wanted = message.destination;
  const std::uint32_t own = logical_destination_;
  const std::uint32_t model = destination_format_ >> 28;
  if (model == 0xf) return (own & wanted) != 0;
  if (model != 0) return false;  // neither flat nor cluster: undefined (10.6.2.2)
  return wanted == 0xff || (own >> 4 == wanted >> 4 && (own & wanted & 0xf) != 0);
}

bool LocalApic::is_destination(const InterruptMessage& message) const {
  switch (message.shorthand) {
    case Shorthand::kSelf:
      return message.sender == id_;
    case Shorthand::kAll:
      return true;
    case Shorthand::kAllButSelf:
      return message.sender != id_;
    case Shorthand::kNone:
      break;
  }
  if (message.destination_mode == DestinationMode::kLogical) return is_logical_destination(message);
  if (message.is_broadcast()) return true;
  // An xAPIC has the low 8 bits for an id.
  const std::uint32_t own = mode() == ApicMode::kX2apic ? id_.value() : id_.value() & 0xff;
  return own == message.destination;
}

bool LocalApic::takes_fixed() const { return mode() != ApicMode::kDisabled && software_enabled(); }

Acceptance LocalApic::accept(const InterruptMessage& message) {
  if (mode() == ApicMode::kDisabled) return Acceptance::kHardwareDisabled;
  switch (message.delivery) {
    case DeliveryMode::kFixed:
    case DeliveryMode::kLowestPriority:
      if (!software_enabled()) return Acceptance::kSoftwareDisabled;
      return accept_vector(message.vector, message.trigger);
    case DeliveryMode::kSmi:
      return accept_bypass(Bypass::kSmi);
    case DeliveryMode::kNmi:
      return accept_bypass(Bypass::kNmi);
    case DeliveryMode::kInit:
      return accept_bypass(Bypass::kInit);
    case DeliveryMode::kStartup:
      return accept_startup(message.vector);
    case DeliveryMode::kExternal: {
      if (!software_enabled()) return Acceptance::kSoftwareDisabled;
      const bool already = external_message_;
      external_message_ = true;
      return already ? Acceptance::kCoalesced : Acceptance::kAccepted;
    }
    case DeliveryMode::kReserved:
      break;
  }
  return Acceptance::kReservedMode;
}

// 10.8.4.
Acceptance LocalApic::accept_vector(std::uint8_t vector, TriggerMode trigger) {
  if (vector < kFirstLegalVector) {
    log_error(kErrorReceiveIllegalVector);
    return Acceptance::kIllegalVector;
  }
  const bool already = request_.test(vector);
  request_.set(vector);
  if (trigger == TriggerMode::kLevel) {
    trigger_modes_.set(vector);
  } else {
    trigger_modes_.clear(vector);
  }
  return already ? Acceptance::kCoalesced : Acceptance::kAccepted;
}

Acceptance LocalApic::accept_bypass(Bypass which) {
  const bool already = is_pending(which);
  if (which == Bypass::kInit) {
    reset();
    bypass_.fill(false);
    // The bootstrap processor begins at the reset vector; the others wait (10.4.7.3).
    waits_for_startup_ = (base_ & kApicBaseBootstrap) == 0;
  }
  bypass_[static_cast<std::size_t>(which)] = true;
  return already ? Acceptance::kCoalesced : Acceptance::kAccepted;
}

Acceptance LocalApic::accept_startup(std::uint8_t vector) {
  if (!waits_for_startup_) return Acceptance::kNotWaiting;
  waits_for_startup_ = false;
  startup_vector_ = vector;
  return accept_bypass(Bypass::kStartup);
}

// --- Local sources.

Acceptance LocalApic::deliver_local(LvtEntry entry, TriggerMode trigger) {
  const Acceptance acceptance = accept_entry(entry, trigger);
  local_total_.add(acceptance);
  return acceptance;
}

Acceptance LocalApic::accept_entry(LvtEntry entry, TriggerMode trigger) {
  if (mode() == ApicMode::kDisabled) return Acceptance::kHardwareDisabled;
  const std::uint32_t value = lvt_[entry];
  if ((value & kLvtMasked) != 0) return Acceptance::kMasked;
  // Handling a performance-monitoring interrupt masks its entry (10.5.1).
  if (entry == kPerformance) lvt_[entry] |= kLvtMasked;
  const bool always_fixed = entry == kTimer || entry == kError;
  const auto delivery =
      always_fixed ? DeliveryMode::kFixed : static_cast<DeliveryMode>(value >> 8 & 7);
  switch (delivery) {
    case DeliveryMode::kFixed:
      return accept_vector(static_cast<std::uint8_t>(value), trigger);
    case DeliveryMode::kSmi:
      return accept_bypass(Bypass::kSmi);
    case DeliveryMode::kNmi:
      return accept_bypass(Bypass::kNmi);
    case DeliveryMode::kInit:
      return accept_bypass(Bypass::kInit);
    default:
      return Acceptance::kReservedMode;
  }
}

Acceptance LocalApic::trigger(LocalSource source) {
  switch (source) {
    case LocalSource::kThermal:
      return deliver_local(kThermal, TriggerMode::kEdge);
    case LocalSource::kPerformance:
      return deliver_local(kPerformance, TriggerMode::kEdge);
    case LocalSource::kError:
      return deliver_local(kError, TriggerMode::kEdge);
  }
  SIM_CHECK(false, "every source has an entry");
}

// A new error interrupts; one that is logged already waits for the next write to ESR (10.5.3).
void LocalApic::log_error(std::uint32_t error) {
  if ((logged_errors_ & error) != 0) return;
  logged_errors_ |= error;
  deliver_local(kError, TriggerMode::kEdge);
}

ApicTimer LocalApic::timer_at(Cycle now) const {
  ApicTimer timer = timer_;
  if (timer_is_masked()) timer.skip(now);
  SIM_CHECK(timer.next_expiry() >= now, "an expiry is taken before anything later happens");
  return timer;
}

Cycle LocalApic::next_expiry() const { return timer_is_masked() ? kNever : timer_.next_expiry(); }

Acceptance LocalApic::expire(Cycle now) {
  timer_.expire(now);
  return deliver_local(kTimer, TriggerMode::kEdge);
}

// LINT1 knows no level-triggered fixed interrupts (10.5.1).
bool LocalApic::is_level_triggered(LintPin pin) const {
  return pin == LintPin::k0 && (lvt_[kLint0] & kLvtLevelTriggered) != 0 &&
         static_cast<DeliveryMode>(lvt_[kLint0] >> 8 & 7) == DeliveryMode::kFixed;
}

bool LocalApic::is_asserted(LintPin pin) const {
  const bool high = lint_[static_cast<std::size_t>(pin)] == Level::kHigh;
  const std::uint32_t value = lvt_[pin == LintPin::k0 ? kLint0 : kLint1];
  return high != ((value & kLvtActiveLow) != 0);
}

Acceptance LocalApic::set_lint(LintPin pin, Level level) {
  const bool before = is_asserted(pin);
  lint_[static_cast<std::size_t>(pin)] = level;
  const bool rises = !before && is_asserted(pin);
  if (mode() == ApicMode::kDisabled) {
    // The pins are INTR and NMI then (10.4.3).
    if (pin == LintPin::k0 || !rises) return Acceptance::kNoChange;
    const Acceptance acceptance = accept_bypass(Bypass::kNmi);
    local_total_.add(acceptance);
    return acceptance;
  }
  const LvtEntry entry = pin == LintPin::k0 ? kLint0 : kLint1;
  if (static_cast<DeliveryMode>(lvt_[entry] >> 8 & 7) == DeliveryMode::kExternal) {
    return Acceptance::kNoChange;  // external_pending() goes by the wire
  }
  if (is_level_triggered(pin)) return drive_lint0();
  return rises ? deliver_local(entry, TriggerMode::kEdge) : Acceptance::kNoChange;
}

// A level-triggered pin asks until it is answered, and again after the end of the interrupt.
Acceptance LocalApic::drive_lint0() {
  if (!is_level_triggered(LintPin::k0) || !is_asserted(LintPin::k0)) return Acceptance::kNoChange;
  if ((lvt_[kLint0] & kLvtRemoteIrr) != 0) return Acceptance::kRemoteIrr;
  const Acceptance acceptance = deliver_local(kLint0, TriggerMode::kLevel);
  if (machine::is_pending(acceptance)) lvt_[kLint0] |= kLvtRemoteIrr;
  return acceptance;
}

bool LocalApic::external_pending() const {
  if (external_message_) return true;
  if (mode() == ApicMode::kDisabled) return lint_[0] == Level::kHigh;
  for (const LintPin pin : {LintPin::k0, LintPin::k1}) {
    const std::uint32_t value = lvt_[pin == LintPin::k0 ? kLint0 : kLint1];
    const bool external = static_cast<DeliveryMode>(value >> 8 & 7) == DeliveryMode::kExternal;
    if (external && (value & kLvtMasked) == 0 && is_asserted(pin)) return true;
  }
  return false;
}

}  // namespace ipcsim::machine
