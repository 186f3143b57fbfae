// SPDX-License-Identifier: BSD-2-Clause
// PagingMode: what the control registers of one CPU make of paging. The CPU is always in 64-bit
// mode with 4-level paging on, so CR0.PG, CR4.PAE and EFER.LMA are 1 (SDM vol. 3A 4.1.1).
#pragma once

#include <cstdint>

namespace ipcsim::machine {

// CR0, SDM vol. 3A 2.5.
inline constexpr std::uint64_t kCr0ProtectionEnable = 1U << 0;  // PE
inline constexpr std::uint64_t kCr0ExtensionType = 1U << 4;     // ET, always 1
inline constexpr std::uint64_t kCr0WriteProtect = 1U << 16;     // WP
inline constexpr std::uint64_t kCr0NotWriteThrough = 1U << 29;  // NW
inline constexpr std::uint64_t kCr0CacheDisable = 1U << 30;     // CD
inline constexpr std::uint64_t kCr0Paging = 1U << 31;           // PG

// CR3, SDM vol. 3A 4.5 and 4.10.4.1.
inline constexpr std::uint64_t kCr3Pcid = 0xfff;
inline constexpr std::uint64_t kCr3KeepTranslations = std::uint64_t{1} << 63;

// CR4, SDM vol. 3A 2.5.
inline constexpr std::uint64_t kCr4PhysicalAddressExtension = 1U << 5;  // PAE
inline constexpr std::uint64_t kCr4GlobalPages = 1U << 7;               // PGE
inline constexpr std::uint64_t kCr4Pcids = 1U << 17;                    // PCIDE
inline constexpr std::uint64_t kCr4Smep = 1U << 20;
inline constexpr std::uint64_t kCr4Smap = 1U << 21;
inline constexpr std::uint64_t kCr4UserKeys = 1U << 22;        // PKE
inline constexpr std::uint64_t kCr4SupervisorKeys = 1U << 24;  // PKS

// IA32_EFER, SDM vol. 3A 2.2.1.
inline constexpr std::uint64_t kEferSystemCalls = 1U << 0;     // SCE
inline constexpr std::uint64_t kEferLongModeEnable = 1U << 8;  // LME
inline constexpr std::uint64_t kEferLongMode = 1U << 10;       // LMA
inline constexpr std::uint64_t kEferNoExecute = 1U << 11;      // NXE

struct PagingMode {
  bool write_protect = true;     // supervisor code, too, may not write to read-only pages
  bool smep = false;             // supervisor code does not execute user pages
  bool smap = false;             // nor read and write them while EFLAGS.AC = 0
  bool no_execute = true;        // bit 63 of an entry counts; else it is reserved
  bool global_pages = false;     // the G bit counts
  bool pcids = false;            // CR3 names an address-space tag
  bool user_keys = false;        // PKRU counts for user pages
  bool supervisor_keys = false;  // IA32_PKRS counts for supervisor pages
  std::uint32_t pkru = 0;        // two bits a key: access disable, write disable
  std::uint32_t pkrs = 0;
};

}  // namespace ipcsim::machine
