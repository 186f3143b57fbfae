// SPDX-License-Identifier: BSD-2-Clause
// The registers of a local APIC: where they are, which bits they have, what they hold after a reset
// (SDM vol. 3A 10.4.1, table 10-1; 10.12.1.2, table 10-6). In xAPIC mode a register stands at its
// offset in a page of memory, in x2APIC mode it is MSR 0x800 + offset / 16.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ipcsim::machine {

enum class ApicRegister : std::uint16_t {
  kId = 0x020,
  kVersion = 0x030,
  kTaskPriority = 0x080,
  kArbitrationPriority = 0x090,
  kProcessorPriority = 0x0a0,
  kEndOfInterrupt = 0x0b0,
  kLogicalDestination = 0x0d0,
  kDestinationFormat = 0x0e0,
  kSpuriousVector = 0x0f0,
  kInService = 0x100,  // eight of them
  kTriggerMode = 0x180,
  kRequest = 0x200,
  kErrorStatus = 0x280,
  kCommandLow = 0x300,  // in x2APIC mode all 64 bits
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
  kSelfIpi = 0x3f0,  // in x2APIC mode alone
};

// The local vector table, in the order of its registers.
enum class LvtEntry : std::uint8_t { kTimer, kThermal, kPerformance, kLint0, kLint1, kError };
inline constexpr std::size_t kLvtEntries = 6;

// 23:16 the number of the last LVT entry, 7:0 an integrated APIC.
inline constexpr std::uint32_t kApicVersion = (kLvtEntries - 1) << 16 | 0x14;

inline constexpr std::uint32_t kTaskPriorityBits = 0xff;
inline constexpr std::uint32_t kLogicalDestinationBits = 0xff00'0000;
inline constexpr std::uint32_t kDestinationFormatFixed = 0x0fff'ffff;  // these read as ones
inline constexpr std::uint32_t kSpuriousVectorBits = 0x1ff;
inline constexpr std::uint32_t kSpuriousVectorReset = 0xff;
inline constexpr std::uint32_t kSoftwareEnable = 1U << 8;  // of the spurious vector register
inline constexpr std::uint32_t kDivideBits = 0b1011;
inline constexpr std::uint32_t kCommandHighBits = 0xff00'0000;
// Without bit 12, the delivery status, which is always idle here.
inline constexpr std::uint32_t kCommandLowBits = 0x000c'cfff;

inline constexpr std::uint32_t kLvtMasked = 1U << 16;
inline constexpr std::uint32_t kLvtLevel = 1U << 15;
inline constexpr std::uint32_t kLvtRemoteIrr = 1U << 14;
inline constexpr unsigned kLvtModeShift = 8;
inline constexpr unsigned kLvtTimerModeShift = 17;

// The bits that each LVT register has (10.5.1, figure 10-8). The status bits 12 and 14 hold what
// was written to them, as the recorded machines have it; the manual calls them read-only.
constexpr std::uint32_t lvt_bits(LvtEntry entry) {
  constexpr std::uint32_t kVector = 0xff;
  constexpr std::uint32_t kMode = 0x700;
  constexpr std::uint32_t kStatus = 1U << 12;
  constexpr std::uint32_t kPolarity = 1U << 13;
  switch (entry) {
    case LvtEntry::kTimer:
      return kVector | kStatus | kLvtMasked | 3U << kLvtTimerModeShift;
    case LvtEntry::kThermal:
    case LvtEntry::kPerformance:
      return kVector | kMode | kStatus | kLvtMasked;
    case LvtEntry::kLint0:
    case LvtEntry::kLint1:
      return kVector | kMode | kStatus | kPolarity | kLvtRemoteIrr | kLvtLevel | kLvtMasked;
    case LvtEntry::kError:
      break;
  }
  return kVector | kStatus | kLvtMasked;
}

// Error status, 10.5.3.
inline constexpr std::uint32_t kErrorSendIllegalVector = 1U << 5;
inline constexpr std::uint32_t kErrorReceiveIllegalVector = 1U << 6;
inline constexpr std::uint32_t kErrorIllegalRegister = 1U << 7;

// IA32_APIC_BASE, MSR 1BH (10.4.4).
inline constexpr std::uint32_t kApicBaseMsr = 0x1b;
inline constexpr std::uint64_t kApicBaseBootstrap = 1U << 8;
inline constexpr std::uint64_t kApicBaseX2apic = 1U << 10;  // EXTD
inline constexpr std::uint64_t kApicBaseEnabled = 1U << 11;
inline constexpr std::uint64_t kApicBaseAddress = 0xfee0'0000;

inline constexpr std::uint32_t kFirstX2apicMsr = 0x800;
inline constexpr std::uint32_t kLastX2apicMsr = 0x8ff;
inline constexpr std::uint32_t kTscDeadlineMsr = 0x6e0;

}  // namespace ipcsim::machine
