// SPDX-License-Identifier: BSD-2-Clause
// The registers of a local APIC: where they are, how they may be accessed, what they hold after
// reset, and which of their bits can be written (SDM vol. 3A table 10-1, 10.4.1; table
// 10-6, 10.12.1 for their MSRs).
#pragma once

#include <cstdint>

#include "kernel_model/machine/interrupt_command.h"

namespace ipcsim::machine {

// Offsets in the page; the MSR of a register is kX2apicMsrs + offset / 16.
enum class ApicRegister : std::uint16_t {
  kId = 0x020,
  kVersion = 0x030,
  kTaskPriority = 0x080,
  kArbitrationPriority = 0x090,
  kProcessorPriority = 0x0a0,
  kEndOfInterrupt = 0x0b0,
  kRemoteRead = 0x0c0,
  kLogicalDestination = 0x0d0,
  kDestinationFormat = 0x0e0,
  kSpuriousVector = 0x0f0,
  kInService = 0x100,  // these three are 8 registers each
  kTriggerMode = 0x180,
  kRequest = 0x200,
  kErrorStatus = 0x280,
  kCommandLow = 0x300,
  kCommandHigh = 0x310,
  kLvtTimer = 0x320,
  kLvtThermal = 0x330,
  kLvtPerformance = 0x340,
  kLvtLint0 = 0x350,
  kLvtLint1 = 0x360,
  kLvtError = 0x370,
  kInitialCount = 0x380,
  kCurrentCount = 0x390,
  kDivide = 0x3e0,
  kSelfInterrupt = 0x3f0,  // x2APIC only
};

inline constexpr std::uint32_t kMsrApicBase = 0x1b;
inline constexpr std::uint32_t kMsrTscDeadline = 0x6e0;
inline constexpr std::uint32_t kX2apicMsrs = 0x800;
inline constexpr std::uint32_t kX2apicMsrsEnd = 0x900;

// IA32_APIC_BASE, 10.4.4 and 10.12.1.
inline constexpr std::uint64_t kApicBaseAddress = 0xfee00000;  // after reset
inline constexpr std::uint64_t kApicBaseBootstrap = 1U << 8;
inline constexpr std::uint64_t kApicBaseX2apic = 1U << 10;
inline constexpr std::uint64_t kApicBaseEnable = 1U << 11;

enum class ApicMode : std::uint8_t { kDisabled, kXapic, kX2apic };

// What differs between processors.
struct ApicFeatures {
  bool tsc_deadline = true;            // CPUID.01H:ECX[24]
  bool end_broadcast_control = false;  // version bit 24: SVR bit 12 may turn EOI broadcasts off
};

// Six LVT entries (no CMCI), integrated APIC.
inline constexpr std::uint32_t kApicVersion = 0x50014;
inline constexpr std::uint32_t kApicVersionEndBroadcastControl = 1U << 24;

inline constexpr std::uint32_t kSpuriousReset = 0xff;
inline constexpr std::uint32_t kSpuriousEnable = 1U << 8;
inline constexpr std::uint32_t kSpuriousNoEndBroadcast = 1U << 12;
inline constexpr std::uint32_t kDestinationFormatReset = 0xffffffff;
inline constexpr std::uint32_t kDestinationFormatOnes = 0x0fffffff;

// LVT entries, figure 10-8.
inline constexpr std::uint32_t kLvtReset = 1U << 16;
inline constexpr std::uint32_t kLvtStatus = 1U << 12;  // read-only, always idle here
inline constexpr std::uint32_t kLvtActiveLow = 1U << 13;
inline constexpr std::uint32_t kLvtRemoteIrr = 1U << 14;  // read-only
inline constexpr std::uint32_t kLvtLevelTriggered = 1U << 15;
inline constexpr std::uint32_t kLvtMasked = 1U << 16;

// ESR, 10.5.3.
inline constexpr std::uint32_t kErrorSendIllegalVector = 1U << 5;
inline constexpr std::uint32_t kErrorReceiveIllegalVector = 1U << 6;
inline constexpr std::uint32_t kErrorIllegalRegister = 1U << 7;

// Vectors below are reserved (10.5.2).
inline constexpr std::uint8_t kFirstLegalVector = 16;

enum class RegisterAccess : std::uint8_t { kNone, kReadOnly, kWriteOnly, kReadWrite };

constexpr RegisterAccess access_of(std::uint32_t offset, ApicMode mode) {
  const bool wide = mode == ApicMode::kX2apic;
  const auto only_narrow = [wide](RegisterAccess access) {
    return wide ? RegisterAccess::kNone : access;
  };
  if (offset % 16 != 0) return RegisterAccess::kNone;
  if (offset >= 0x100 && offset < 0x280) return RegisterAccess::kReadOnly;
  if (offset > 0x3f0) return RegisterAccess::kNone;
  switch (static_cast<ApicRegister>(offset)) {
    // The id of an xAPIC may be writable (10.4.6); here it is not.
    case ApicRegister::kId:
    case ApicRegister::kVersion:
    case ApicRegister::kProcessorPriority:
    case ApicRegister::kCurrentCount:
      return RegisterAccess::kReadOnly;
    case ApicRegister::kArbitrationPriority:
    case ApicRegister::kRemoteRead:
      return only_narrow(RegisterAccess::kReadOnly);
    case ApicRegister::kEndOfInterrupt:
      return RegisterAccess::kWriteOnly;
    case ApicRegister::kLogicalDestination:
      return wide ? RegisterAccess::kReadOnly : RegisterAccess::kReadWrite;
    case ApicRegister::kDestinationFormat:
    case ApicRegister::kCommandHigh:
      return only_narrow(RegisterAccess::kReadWrite);
    case ApicRegister::kSelfInterrupt:
      return wide ? RegisterAccess::kWriteOnly : RegisterAccess::kNone;
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
      return RegisterAccess::kReadWrite;
    default:
      return RegisterAccess::kNone;
  }
}

// Bits that a write changes. ESR and EOI have none: what is written there does not count.
constexpr std::uint32_t writable_bits(ApicRegister which, const ApicFeatures& features) {
  switch (which) {
    case ApicRegister::kTaskPriority:
    case ApicRegister::kSelfInterrupt:
      return 0xff;
    case ApicRegister::kLogicalDestination:
    case ApicRegister::kCommandHigh:
      return 0xff000000;
    case ApicRegister::kDestinationFormat:
      return 0xf0000000;
    case ApicRegister::kSpuriousVector:
      return features.end_broadcast_control ? 0x11ff : 0x1ff;  // no focus checking (bit 9)
    case ApicRegister::kCommandLow:
      return kCommandBits;
    case ApicRegister::kLvtTimer:
      return features.tsc_deadline ? 0x700ff : 0x300ff;
    case ApicRegister::kLvtThermal:
    case ApicRegister::kLvtPerformance:
      return 0x107ff;
    case ApicRegister::kLvtLint0:
    case ApicRegister::kLvtLint1:
      return 0x1a7ff;
    case ApicRegister::kLvtError:
      return 0x100ff;
    case ApicRegister::kInitialCount:
      return 0xffffffff;
    case ApicRegister::kDivide:
      return 0xb;
    default:
      return 0;
  }
}

// Bits that may be given as 1 although a write does not change them.
constexpr std::uint32_t status_bits(ApicRegister which) {
  switch (which) {
    case ApicRegister::kLvtTimer:
    case ApicRegister::kLvtThermal:
    case ApicRegister::kLvtPerformance:
    case ApicRegister::kLvtError:
      return kLvtStatus;
    case ApicRegister::kLvtLint0:
    case ApicRegister::kLvtLint1:
      return kLvtStatus | kLvtRemoteIrr;
    default:
      return 0;
  }
}

}  // namespace ipcsim::machine
