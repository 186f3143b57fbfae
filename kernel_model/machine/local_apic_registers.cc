// SPDX-License-Identifier: BSD-2-Clause
// LocalApic: how software sees it.
#include "kernel_model/machine/local_apic.h"
#include "kernel_model/machine/page_table_entry.h"
#include "sim/base/check.h"

namespace ipcsim::machine {
namespace {

constexpr std::uint32_t kNobody = 0xffffffff;  // what reads where nothing answers

// 32 bits of a bitmap, by the register that holds them.
std::uint32_t part_of(const InterruptBitmap& bitmap, std::uint32_t offset) {
  return bitmap.register_value(offset / 16 % InterruptBitmap::kRegisters);
}

}  // namespace

// --- The page of an xAPIC.

std::uint32_t LocalApic::read(std::uint32_t offset, unsigned bytes, Cycle now) {
  if (mode() != ApicMode::kXapic) return kNobody;
  const RegisterAccess access = access_of(offset, ApicMode::kXapic);
  if (bytes != 4 || access == RegisterAccess::kNone) {
    log_error(kErrorIllegalRegister);
    return 0;
  }
  return access == RegisterAccess::kWriteOnly ? 0 : load(static_cast<ApicRegister>(offset), now);
}

void LocalApic::write(std::uint32_t offset, unsigned bytes, std::uint32_t value, Cycle now) {
  if (mode() != ApicMode::kXapic) return;
  const RegisterAccess access = access_of(offset, ApicMode::kXapic);
  if (bytes != 4 || access == RegisterAccess::kNone) return log_error(kErrorIllegalRegister);
  if (access != RegisterAccess::kReadOnly) store(static_cast<ApicRegister>(offset), value, now);
}

std::uint32_t LocalApic::load(ApicRegister which, Cycle now) const {
  const auto offset = static_cast<std::uint32_t>(which);
  if (offset >= 0x100 && offset < 0x180) return part_of(in_service_, offset);
  if (offset >= 0x180 && offset < 0x200) return part_of(trigger_modes_, offset);
  if (offset >= 0x200 && offset < 0x280) return part_of(request_, offset);
  const bool wide = mode() == ApicMode::kX2apic;
  switch (which) {
    case ApicRegister::kId:
      return wide ? id_.value() : id_.value() << 24;
    case ApicRegister::kVersion:
      return kApicVersion | (features_.end_broadcast_control ? kApicVersionEndBroadcastControl : 0);
    case ApicRegister::kTaskPriority:
      return task_priority_;
    case ApicRegister::kArbitrationPriority:
      return arbitration_priority();
    case ApicRegister::kProcessorPriority:
      return processor_priority();
    case ApicRegister::kLogicalDestination:
      return wide ? logical_id() : std::uint32_t{logical_destination_} << 24;
    case ApicRegister::kDestinationFormat:
      return destination_format_;
    case ApicRegister::kSpuriousVector:
      return spurious_;
    case ApicRegister::kErrorStatus:
      return error_status_;
    case ApicRegister::kCommandLow:
      return command_low_;
    case ApicRegister::kCommandHigh:
      return command_destination_ << 24;
    case ApicRegister::kLvtTimer:
      return lvt_[kTimer];
    case ApicRegister::kLvtThermal:
      return lvt_[kThermal];
    case ApicRegister::kLvtPerformance:
      return lvt_[kPerformance];
    case ApicRegister::kLvtLint0:
      return lvt_[kLint0];
    case ApicRegister::kLvtLint1:
      return lvt_[kLint1];
    case ApicRegister::kLvtError:
      return lvt_[kError];
    case ApicRegister::kInitialCount:
      return timer_.initial_count();
    case ApicRegister::kCurrentCount:
      return timer_at(now).current_count(now);
    case ApicRegister::kDivide:
      return timer_.divide();
    default:
      return 0;
  }
}

void LocalApic::store(ApicRegister which, std::uint32_t value, Cycle now) {
  timer_ = timer_at(now);
  value &= writable_bits(which, features_);
  switch (which) {
    case ApicRegister::kTaskPriority:
      task_priority_ = static_cast<std::uint8_t>(value);
      return;
    case ApicRegister::kEndOfInterrupt:
      return end_interrupt();
    case ApicRegister::kLogicalDestination:
      logical_destination_ = static_cast<std::uint8_t>(value >> 24);
      return;
    case ApicRegister::kDestinationFormat:
      destination_format_ = value | kDestinationFormatOnes;
      return;
    case ApicRegister::kSpuriousVector:
      return store_spurious(value);
    case ApicRegister::kErrorStatus:
      error_status_ = logged_errors_;
      logged_errors_ = 0;
      return;
    case ApicRegister::kCommandLow:
      command_low_ = value;
      return send_command(command_destination_);
    case ApicRegister::kCommandHigh:
      command_destination_ = value >> 24;
      return;
    case ApicRegister::kLvtTimer:
      return store_lvt(kTimer, value);
    case ApicRegister::kLvtThermal:
      return store_lvt(kThermal, value);
    case ApicRegister::kLvtPerformance:
      return store_lvt(kPerformance, value);
    case ApicRegister::kLvtLint0:
      return store_lvt(kLint0, value);
    case ApicRegister::kLvtLint1:
      return store_lvt(kLint1, value);
    case ApicRegister::kLvtError:
      return store_lvt(kError, value);
    case ApicRegister::kInitialCount:
      return timer_.write_initial_count(value, now);
    case ApicRegister::kDivide:
      return timer_.write_divide(value, now);
    case ApicRegister::kSelfInterrupt: {
      InterruptMessage message;
      message.vector = static_cast<std::uint8_t>(value);
      message.shorthand = Shorthand::kSelf;
      message.sender = id_;
      return send(message);
    }
    default:
      return;
  }
}

void LocalApic::store_lvt(LvtEntry entry, std::uint32_t value) {
  if (!software_enabled()) value |= kLvtMasked;
  lvt_[entry] = value | (lvt_[entry] & kLvtRemoteIrr);
  if (entry == kTimer) timer_.set_mode(static_cast<TimerMode>(value >> 17 & 3));
  if (entry == kLint0) {
    if (!is_level_triggered(LintPin::k0)) lvt_[kLint0] &= ~kLvtRemoteIrr;
    drive_lint0();
  }
}

void LocalApic::store_spurious(std::uint32_t value) {
  spurious_ = value;
  if (software_enabled()) return;
  for (std::uint32_t& entry : lvt_) entry |= kLvtMasked;
}

// --- Sending.

void LocalApic::send_command(std::uint32_t destination) {
  if (is_init_deassert(command_low_)) return;
  const DestinationWidth width =
      mode() == ApicMode::kX2apic ? DestinationWidth::k32 : DestinationWidth::k8;
  InterruptMessage message = decode_command(command_low_, destination, width, id_);
  // ExtINT cannot be sent by a CPU (10.6.1).
  if (message.delivery == DeliveryMode::kExternal) message.delivery = DeliveryMode::kReserved;
  send(message);
}

void LocalApic::send(const InterruptMessage& message) {
  if (has_vector(message.delivery) && message.vector < kFirstLegalVector) {
    log_error(kErrorSendIllegalVector);
  }
  port_.send(message);
}

// --- MSRs.

std::optional<std::uint64_t> LocalApic::read_msr(std::uint32_t msr, Cycle now) const {
  if (msr == kMsrApicBase) return base_;
  if (msr == kMsrTscDeadline) {
    if (!features_.tsc_deadline) return std::nullopt;
    return timer_at(now).deadline();
  }
  SIM_CHECK(msr >= kX2apicMsrs && msr < kX2apicMsrsEnd, "the MSR belongs to a local APIC");
  if (mode() != ApicMode::kX2apic) return std::nullopt;
  const std::uint32_t offset = (msr - kX2apicMsrs) * 16;
  const RegisterAccess access = access_of(offset, ApicMode::kX2apic);
  if (access == RegisterAccess::kNone || access == RegisterAccess::kWriteOnly) return std::nullopt;
  const auto which = static_cast<ApicRegister>(offset);
  std::uint64_t value = load(which, now);
  if (which == ApicRegister::kCommandLow) value |= std::uint64_t{command_destination_} << 32;
  return value;
}

bool LocalApic::has_reserved_bits(ApicRegister which, std::uint64_t value) const {
  std::uint64_t known = writable_bits(which, features_) | status_bits(which);
  if (which == ApicRegister::kCommandLow) known |= std::uint64_t{0xffffffff} << 32;
  return (value & ~known) != 0;
}

MsrWrite LocalApic::write_msr(std::uint32_t msr, std::uint64_t value, Cycle now) {
  if (msr == kMsrApicBase) return write_base(value);
  if (msr == kMsrTscDeadline) {
    if (!features_.tsc_deadline) return MsrWrite::kGeneralProtection;
    timer_ = timer_at(now);
    timer_.write_deadline(value, now);
    return MsrWrite::kDone;
  }
  SIM_CHECK(msr >= kX2apicMsrs && msr < kX2apicMsrsEnd, "the MSR belongs to a local APIC");
  if (mode() != ApicMode::kX2apic) return MsrWrite::kGeneralProtection;
  const std::uint32_t offset = (msr - kX2apicMsrs) * 16;
  const RegisterAccess access = access_of(offset, ApicMode::kX2apic);
  const auto which = static_cast<ApicRegister>(offset);
  const bool writable =
      access == RegisterAccess::kReadWrite || access == RegisterAccess::kWriteOnly;
  // 10.12.1.3.
  if (!writable || has_reserved_bits(which, value)) return MsrWrite::kGeneralProtection;
  if (which == ApicRegister::kCommandLow) {
    command_destination_ = static_cast<std::uint32_t>(value >> 32);
  }
  store(which, static_cast<std::uint32_t>(value), now);
  return MsrWrite::kDone;
}

// 10.4.4; the changes of mode: 10.12.5.
MsrWrite LocalApic::write_base(std::uint64_t value) {
  constexpr std::uint64_t kModeBits = kApicBaseEnable | kApicBaseX2apic;
  constexpr std::uint64_t kAddress = ((std::uint64_t{1} << kPhysicalAddressBits) - 1) & ~0xfffULL;
  if ((value & ~(kAddress | kModeBits | kApicBaseBootstrap)) != 0) {
    return MsrWrite::kGeneralProtection;
  }
  const ApicMode before = mode();
  const std::uint64_t wanted = value & kModeBits;
  if (wanted == kApicBaseX2apic) return MsrWrite::kGeneralProtection;
  if (before == ApicMode::kX2apic && wanted == kApicBaseEnable) return MsrWrite::kGeneralProtection;
  if (before == ApicMode::kDisabled && wanted == kModeBits) return MsrWrite::kGeneralProtection;
  base_ = (value & ~kApicBaseBootstrap) | (base_ & kApicBaseBootstrap);
  const ApicMode after = mode();
  if (after == before) return MsrWrite::kDone;
  if (after == ApicMode::kX2apic) {
    command_destination_ = 0;  // all other state is kept (10.12.5.1)
  } else {
    reset();
  }
  return MsrWrite::kDone;
}

}  // namespace ipcsim::machine
