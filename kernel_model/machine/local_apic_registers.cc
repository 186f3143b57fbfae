// SPDX-License-Identifier: BSD-2-Clause
// The registers of a local APIC: their page of memory in xAPIC mode, their MSRs in x2APIC mode, and
// the changes between the modes.
#include "kernel_model/machine/local_apic.h"
#include "kernel_model/machine/page_table_entry.h"

namespace ipcsim::machine {
namespace {

constexpr std::uint32_t kRegisterBytes = 16;  // from one register to the next
constexpr unsigned kAccessBytes = 4;
constexpr std::uint32_t kBankBytes = 8 * kRegisterBytes;

constexpr std::uint32_t offset_of(ApicRegister which) { return static_cast<std::uint32_t>(which); }

bool in_bank(std::uint32_t offset, ApicRegister first) {
  return offset >= offset_of(first) && offset < offset_of(first) + kBankBytes;
}

enum class Direction : std::uint8_t { kNone, kRead, kWrite, kBoth };

bool may_read(Direction direction) {
  return direction == Direction::kRead || direction == Direction::kBoth;
}
bool may_write(Direction direction) {
  return direction == Direction::kWrite || direction == Direction::kBoth;
}

// What may be done with a register in x2APIC mode (10.12.1.2, table 10-6).
Direction x2apic_direction(std::uint32_t offset) {
  if (in_bank(offset, ApicRegister::kInService) || in_bank(offset, ApicRegister::kTriggerMode) ||
      in_bank(offset, ApicRegister::kRequest)) {
    return Direction::kRead;
  }
  switch (static_cast<ApicRegister>(offset)) {
    case ApicRegister::kId:
    case ApicRegister::kVersion:
    case ApicRegister::kProcessorPriority:
    case ApicRegister::kLogicalDestination:
    case ApicRegister::kCurrentCount:
      return Direction::kRead;
    case ApicRegister::kEndOfInterrupt:
    case ApicRegister::kSelfIpi:
      return Direction::kWrite;
    case ApicRegister::kTaskPriority:
    case ApicRegister::kSpuriousVector:
    case ApicRegister::kErrorStatus:
    case ApicRegister::kCommandLow:
    case ApicRegister::kLvtTimer:
    case ApicRegister::kLvtThermal:
    case ApicRegister::kLvtPerformance:
    case ApicRegister::kLvtLint0:
    case ApicRegister::kLvtLint1:
    case ApicRegister::kLvtError:
    case ApicRegister::kInitialCount:
    case ApicRegister::kDivide:
      return Direction::kBoth;
    default:
      return Direction::kNone;
  }
}

// The registers that xAPIC mode has as well.
bool in_memory(std::uint32_t offset) {
  const auto which = static_cast<ApicRegister>(offset);
  return which == ApicRegister::kArbitrationPriority || which == ApicRegister::kDestinationFormat ||
         which == ApicRegister::kCommandHigh ||
         (which != ApicRegister::kSelfIpi && x2apic_direction(offset) != Direction::kNone);
}

}  // namespace

std::optional<LvtEntry> LocalApic::lvt_at(std::uint32_t offset) {
  constexpr std::uint32_t kFirst = static_cast<std::uint32_t>(ApicRegister::kLvtTimer);
  if (offset < kFirst || offset >= kFirst + kLvtEntries * kRegisterBytes) return std::nullopt;
  return static_cast<LvtEntry>((offset - kFirst) / kRegisterBytes);
}

// --- In memory.

std::uint32_t LocalApic::read_memory(std::uint32_t offset, unsigned bytes, Cycle now) {
  if (!hardware_enabled() || x2apic()) return ~0U;
  advance(now);
  if (offset % kRegisterBytes != 0 || bytes != kAccessBytes || !in_memory(offset)) {
    set_error(kErrorIllegalRegister);
    return 0;
  }
  return read(offset, now);
}

void LocalApic::write_memory(std::uint32_t offset, unsigned bytes, std::uint32_t value, Cycle now) {
  if (!hardware_enabled() || x2apic()) return;
  advance(now);
  if (offset % kRegisterBytes != 0 || bytes != kAccessBytes || !in_memory(offset)) {
    set_error(kErrorIllegalRegister);
    return;
  }
  write(offset, value, now);
}

// --- As MSRs.

std::optional<std::uint64_t> LocalApic::read_msr(std::uint32_t msr, Cycle now) {
  advance(now);
  if (msr == kApicBaseMsr) return base_;
  if (msr == kTscDeadlineMsr) return timer_.deadline();
  if (msr < kFirstX2apicMsr || msr > kLastX2apicMsr || !x2apic()) return std::nullopt;
  const std::uint32_t offset = (msr - kFirstX2apicMsr) * kRegisterBytes;
  if (!may_read(x2apic_direction(offset))) return std::nullopt;
  if (offset == offset_of(ApicRegister::kCommandLow)) {
    return std::uint64_t{command_high_} << 32 | command_low_;
  }
  return read(offset, now);
}

bool LocalApic::write_msr(std::uint32_t msr, std::uint64_t value, Cycle now) {
  advance(now);
  if (msr == kApicBaseMsr) return write_base(value);
  if (msr == kTscDeadlineMsr) {
    timer_.set_deadline(value);
    advance(now);
    return true;
  }
  if (msr < kFirstX2apicMsr || msr > kLastX2apicMsr || !x2apic()) return false;
  const std::uint32_t offset = (msr - kFirstX2apicMsr) * kRegisterBytes;
  if (!may_write(x2apic_direction(offset))) return false;
  if ((value & ~x2apic_bits(offset)) != 0) return false;
  write_x2apic(offset, value, now);
  return true;
}

// The bits that may be set in a write; any other is #GP(0) (10.12.1.3).
std::uint64_t LocalApic::x2apic_bits(std::uint32_t offset) {
  if (const auto entry = lvt_at(offset)) return lvt_bits(*entry);
  switch (static_cast<ApicRegister>(offset)) {
    case ApicRegister::kTaskPriority:
      return kTaskPriorityBits;
    case ApicRegister::kSpuriousVector:
      return kSpuriousVectorBits;
    case ApicRegister::kCommandLow:
      return std::uint64_t{0xffff'ffff} << 32 | kCommandLowBits;
    case ApicRegister::kInitialCount:
      return 0xffff'ffff;
    case ApicRegister::kDivide:
      return kDivideBits;
    case ApicRegister::kSelfIpi:
      return 0xff;
    default:
      return 0;  // EOI, error status
  }
}

void LocalApic::write_x2apic(std::uint32_t offset, std::uint64_t value, Cycle now) {
  const auto low = static_cast<std::uint32_t>(value);
  if (offset == offset_of(ApicRegister::kCommandLow)) {
    command_high_ = static_cast<std::uint32_t>(value >> 32);
    command_low_ = low;
    send_command();
  } else if (offset == offset_of(ApicRegister::kSelfIpi)) {
    send_command({.vector = static_cast<std::uint8_t>(low), .shorthand = Shorthand::kSelf});
  } else {
    write(offset, low, now);
  }
}

// IA32_APIC_BASE: which mode follows on which (10.12.5, figure 10-27). Leaving a mode forgets the
// state.
bool LocalApic::write_base(std::uint64_t value) {
  constexpr std::uint64_t kAddressBits = bit_range(kPageBits, kPhysicalAddressBits - 1);
  constexpr std::uint64_t kWritable = kAddressBits | kApicBaseEnabled | kApicBaseX2apic;
  if ((value & ~(kWritable | kApicBaseBootstrap)) != 0) return false;
  const bool enables = (value & kApicBaseEnabled) != 0;
  const bool extends = (value & kApicBaseX2apic) != 0;
  if (extends && !enables) return false;
  if (enables && x2apic() && !extends) return false;
  if (extends && !hardware_enabled()) return false;
  if (!enables && hardware_enabled()) reset();
  base_ = (base_ & kApicBaseBootstrap) | (value & kWritable);
  return true;
}

bool LocalApic::write_cr8(std::uint64_t value) {
  if (value > 0xf) return false;
  task_priority_ = static_cast<std::uint32_t>(value << 4);
  return true;
}

// --- What they hold.

std::uint32_t LocalApic::read(std::uint32_t offset, Cycle now) const {
  const auto bank_part = [offset](ApicRegister first) {
    return (offset - offset_of(first)) / kRegisterBytes;
  };
  if (in_bank(offset, ApicRegister::kInService)) {
    return in_service_.part(bank_part(ApicRegister::kInService));
  }
  if (in_bank(offset, ApicRegister::kTriggerMode)) {
    return trigger_mode_.part(bank_part(ApicRegister::kTriggerMode));
  }
  if (in_bank(offset, ApicRegister::kRequest)) {
    return request_.part(bank_part(ApicRegister::kRequest));
  }
  if (const auto entry = lvt_at(offset)) return lvt(*entry);
  switch (static_cast<ApicRegister>(offset)) {
    case ApicRegister::kId:
      return x2apic() ? id_ : id_ << 24;
    case ApicRegister::kVersion:
      return kApicVersion;
    case ApicRegister::kTaskPriority:
      return task_priority_;
    case ApicRegister::kProcessorPriority:
      return processor_priority();
    case ApicRegister::kLogicalDestination:
      return x2apic() ? (id_ >> 4) << 16 | 1U << (id_ & 0xf) : logical_destination_;
    case ApicRegister::kDestinationFormat:
      return destination_format_;
    case ApicRegister::kSpuriousVector:
      return spurious_;
    case ApicRegister::kErrorStatus:
      return error_status_;
    case ApicRegister::kCommandLow:
      return command_low_;
    case ApicRegister::kCommandHigh:
      return command_high_;
    case ApicRegister::kInitialCount:
      return timer_.initial_count();
    case ApicRegister::kCurrentCount:
      return timer_.current_count(now);
    case ApicRegister::kDivide:
      return timer_.divide();
    default:
      return 0;  // EOI is only written; the arbitration priority plays no part
  }
}

void LocalApic::write(std::uint32_t offset, std::uint32_t value, Cycle now) {
  if (const auto entry = lvt_at(offset)) {
    write_lvt(*entry, value);
    return;
  }
  switch (static_cast<ApicRegister>(offset)) {
    case ApicRegister::kTaskPriority:
      task_priority_ = value & kTaskPriorityBits;
      return;
    case ApicRegister::kEndOfInterrupt:
      end_of_interrupt();
      return;
    case ApicRegister::kLogicalDestination:
      logical_destination_ = value & kLogicalDestinationBits;
      return;
    case ApicRegister::kDestinationFormat:
      destination_format_ = value | kDestinationFormatFixed;
      return;
    case ApicRegister::kSpuriousVector:
      write_spurious(value);
      return;
    case ApicRegister::kErrorStatus:
      error_status_ = errors_;
      errors_ = 0;
      return;
    case ApicRegister::kCommandLow:
      command_low_ = value & kCommandLowBits;
      send_command();
      return;
    case ApicRegister::kCommandHigh:
      command_high_ = value & kCommandHighBits;
      return;
    case ApicRegister::kInitialCount:
      timer_.set_initial_count(value, now);
      return;
    case ApicRegister::kDivide:
      timer_.set_divide(value & kDivideBits, now);
      return;
    default:
      return;  // the others are read only
  }
}

void LocalApic::write_spurious(std::uint32_t value) {
  spurious_ = value & kSpuriousVectorBits;
  if (software_enabled()) return;
  for (std::uint32_t& entry : lvt_) entry |= kLvtMasked;
}

void LocalApic::write_lvt(LvtEntry entry, std::uint32_t value) {
  lvt(entry) = value & lvt_bits(entry);
  if (!software_enabled()) lvt(entry) |= kLvtMasked;
  if (entry == LvtEntry::kTimer) {
    timer_.set_mode(static_cast<ApicTimerMode>(value >> kLvtTimerModeShift & 3));
  }
}

void LocalApic::send_command() {
  InterruptMessage message;
  message.vector = static_cast<std::uint8_t>(command_low_);
  message.mode = static_cast<DeliveryMode>(command_low_ >> 8 & 7);
  message.destination_mode = static_cast<DestinationMode>(command_low_ >> 11 & 1);
  message.shorthand = static_cast<Shorthand>(command_low_ >> 18 & 3);
  message.wide = x2apic();
  message.destination = x2apic() ? command_high_ : command_high_ >> 24;
  constexpr std::uint32_t kAssert = 1U << 14;
  constexpr std::uint32_t kLevelTrigger = 1U << 15;
  // INIT level de-assert has no effect on these CPUs (10.6.1).
  if (message.mode == DeliveryMode::kInit && (command_low_ & kAssert) == 0 &&
      (command_low_ & kLevelTrigger) != 0) {
    return;
  }
  send_command(message);
}

void LocalApic::send_command(const InterruptMessage& message) {
  const bool by_vector =
      message.mode == DeliveryMode::kFixed || message.mode == DeliveryMode::kLowestPriority;
  if (by_vector && message.vector < kFirstLegalVector) set_error(kErrorSendIllegalVector);
  if (message.mode == DeliveryMode::kReserved || message.mode == DeliveryMode::kExternal) return;
  bus_.send(message, id_);
}

}  // namespace ipcsim::machine
