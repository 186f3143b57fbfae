// SPDX-License-Identifier: BSD-2-Clause
// Messages, priorities and the way of an interrupt to the CPU; the registers are in
// local_apic_registers.cc.
#include "kernel_model/machine/local_apic.h"

#include <utility>

#include "sim/base/check.h"

namespace ipcsim::machine {
namespace {

constexpr std::uint8_t class_of(std::uint32_t vector) { return vector >> 4 & 0xf; }

// Broadcasts of physical destinations (10.6.2.1, 10.12.9).
constexpr std::uint32_t kEveryone = 0xff;
constexpr std::uint32_t kEveryoneWide = 0xffff'ffff;

constexpr std::uint32_t kFlatModel = 0xf;  // 31:28 of the destination format

}  // namespace

std::string_view name_of(InterruptFate fate) {
  constexpr std::array<std::string_view, 10> kNames = {
      "accepted",          "coalesced",         "masked",         "remote_irr",    "no_target",
      "hardware_disabled", "software_disabled", "illegal_vector", "reserved_mode", "not_waiting"};
  return kNames[static_cast<std::size_t>(fate)];
}

LocalApic::LocalApic(std::uint32_t id, CpuRole role, InterruptBus& bus)
    : id_(id),
      role_(role),
      bus_(bus),
      base_(kApicBaseAddress | kApicBaseEnabled |
            (role == CpuRole::kBootstrap ? kApicBaseBootstrap : 0)) {
  reset();
  waits_for_start_up_ = role == CpuRole::kApplication;
}

// The state after power-up or INIT; the id stays (10.4.7.1, 10.4.7.3).
void LocalApic::reset() {
  task_priority_ = 0;
  logical_destination_ = 0;
  destination_format_ = ~0U;
  spurious_ = kSpuriousVectorReset;
  errors_ = error_status_ = 0;
  command_low_ = command_high_ = 0;
  lvt_.fill(kLvtMasked);
  timer_ = ApicTimer();
  request_ = in_service_ = trigger_mode_ = {};
}

bool LocalApic::addressed_by(const InterruptMessage& message) const {
  if (!hardware_enabled()) return false;
  const std::uint32_t destination = message.destination;
  const bool broadcast = destination == (message.wide ? kEveryoneWide : kEveryone);
  if (message.destination_mode == DestinationMode::kPhysical) {
    return broadcast || destination == id_;
  }
  if (!x2apic()) return in_cluster_or_flat(static_cast<std::uint8_t>(destination));
  // 31:16 name the cluster, 15:0 its members (10.12.10.1).
  const std::uint32_t own = (id_ >> 4) << 16 | 1U << (id_ & 0xf);
  if (broadcast && message.wide) return true;
  return destination >> 16 == own >> 16 && (destination & own & 0xffff) != 0;
}

// 10.6.2.2.
bool LocalApic::in_cluster_or_flat(std::uint8_t destination) const {
  const auto own = static_cast<std::uint8_t>(logical_destination_ >> 24);
  if (destination_format_ >> 28 == kFlatModel) return (destination & own) != 0;
  if (destination == kEveryone) return true;
  return class_of(destination) == class_of(own) && (destination & own & 0xf) != 0;
}

InterruptFate LocalApic::accept(const InterruptMessage& message) {
  if (!hardware_enabled()) return InterruptFate::kHardwareDisabled;
  switch (message.mode) {
    case DeliveryMode::kFixed:
    case DeliveryMode::kLowestPriority:
      return request_vector(message.vector, message.trigger);
    case DeliveryMode::kStartUp:
      return start_up(message.vector);
    default:
      return pass_without_vector(message.mode);
  }
}

InterruptFate LocalApic::request_vector(std::uint8_t vector, TriggerMode trigger) {
  if (vector < kFirstLegalVector) {
    set_error(kErrorReceiveIllegalVector);
    return InterruptFate::kIllegalVector;
  }
  if (!software_enabled()) return InterruptFate::kSoftwareDisabled;
  trigger_mode_.assign(vector, trigger == TriggerMode::kLevel);
  if (request_.test(vector)) return InterruptFate::kCoalesced;
  request_.set(vector);
  return InterruptFate::kAccepted;
}

// What goes past IRR, ISR and the priorities (10.8.1).
InterruptFate LocalApic::pass_without_vector(DeliveryMode mode) {
  const auto make_pending = [](bool& bit) {
    return std::exchange(bit, true) ? InterruptFate::kCoalesced : InterruptFate::kAccepted;
  };
  switch (mode) {
    case DeliveryMode::kNmi:
      return make_pending(pending_.nmi);
    case DeliveryMode::kSmi:
      return make_pending(pending_.smi);
    case DeliveryMode::kExternal:
      return make_pending(pending_.external);
    case DeliveryMode::kInit:
      reset();
      pending_ = {};
      waits_for_start_up_ = role_ == CpuRole::kApplication;
      return make_pending(pending_.init);
    default:
      return InterruptFate::kReservedMode;
  }
}

InterruptFate LocalApic::start_up(std::uint8_t page) {
  if (!waits_for_start_up_) return InterruptFate::kNotWaiting;
  waits_for_start_up_ = false;
  pending_.start_up = page;
  return InterruptFate::kAccepted;
}

InterruptFate LocalApic::raise(LvtEntry entry) {
  const std::uint32_t value = lvt(entry);
  if ((value & kLvtMasked) != 0) return InterruptFate::kMasked;
  const auto vector = static_cast<std::uint8_t>(value);
  if (entry == LvtEntry::kTimer || entry == LvtEntry::kError) {
    return request_vector(vector, TriggerMode::kEdge);
  }
  const auto mode = static_cast<DeliveryMode>(value >> kLvtModeShift & 7);
  if (mode != DeliveryMode::kFixed) return pass_without_vector(mode);
  const bool level = (value & kLvtLevel) != 0;
  if (level && (value & kLvtRemoteIrr) != 0) return InterruptFate::kRemoteIrr;
  const InterruptFate fate =
      request_vector(vector, level ? TriggerMode::kLevel : TriggerMode::kEdge);
  if (level && fate == InterruptFate::kAccepted) lvt(entry) |= kLvtRemoteIrr;
  return fate;
}

void LocalApic::set_pin(LvtEntry lint, bool high) {
  SIM_CHECK(lint == LvtEntry::kLint0 || lint == LvtEntry::kLint1, "a local APIC has two pins");
  bool& pin = pin_high_[lint == LvtEntry::kLint0 ? 0 : 1];
  const bool rises = high && !pin;
  pin = high;
  const bool level = (lvt(lint) & kLvtLevel) != 0;
  if (rises || (level && high)) static_cast<void>(raise(lint));
}

bool LocalApic::admits_external() const {
  if (!hardware_enabled()) return true;  // the pins go straight to the CPU (10.4.3)
  const std::uint32_t value = lvt(LvtEntry::kLint0);
  return (value & kLvtMasked) == 0 &&
         static_cast<DeliveryMode>(value >> kLvtModeShift & 7) == DeliveryMode::kExternal;
}

// 10.8.3.1.
std::uint8_t LocalApic::processor_priority() const {
  const std::uint8_t serving = class_of(in_service_.highest().value_or(0));
  if (class_of(task_priority_) >= serving) return static_cast<std::uint8_t>(task_priority_);
  return static_cast<std::uint8_t>(serving << 4);
}

std::optional<std::uint8_t> LocalApic::deliverable() const {
  const std::optional<std::uint8_t> vector = request_.highest();
  if (!vector || class_of(*vector) <= class_of(processor_priority())) return std::nullopt;
  return vector;
}

std::uint8_t LocalApic::acknowledge() {
  const std::optional<std::uint8_t> vector = deliverable();
  if (!vector) return static_cast<std::uint8_t>(spurious_);
  request_.clear(*vector);
  in_service_.set(*vector);
  return *vector;
}

void LocalApic::end_of_interrupt() {
  const std::optional<std::uint8_t> vector = in_service_.highest();
  if (!vector) return;
  in_service_.clear(*vector);
  if (!trigger_mode_.test(*vector)) return;
  bus_.end_of_interrupt(*vector);
  for (const LvtEntry lint : {LvtEntry::kLint0, LvtEntry::kLint1}) {
    const bool asserted = pin_high_[lint == LvtEntry::kLint0 ? 0 : 1];
    if (static_cast<std::uint8_t>(lvt(lint)) != *vector) continue;
    lvt(lint) &= ~kLvtRemoteIrr;
    if (asserted && (lvt(lint) & kLvtLevel) != 0) static_cast<void>(raise(lint));
  }
}

// 10.5.3: an error that is new raises the error interrupt.
void LocalApic::set_error(std::uint32_t bit) {
  if ((errors_ & bit) != 0) return;
  errors_ |= bit;
  static_cast<void>(raise(LvtEntry::kError));
}

void LocalApic::advance(Cycle now) {
  while (timer_.expiry() <= now) {
    timer_.expire();
    static_cast<void>(raise(LvtEntry::kTimer));
  }
}

}  // namespace ipcsim::machine
