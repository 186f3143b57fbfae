// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/control_registers.h"

#include "kernel_model/machine/page_table_entry.h"

namespace ipcsim::machine {
namespace {

// PE MP EM TS ET NE WP AM NW CD PG. The other bits below 32 keep being 0, whatever is written.
constexpr std::uint64_t kKnownCr0 = 0xe005003f;

// VME PVI TSD DE PSE PAE MCE PGE PCE OSFXSR OSXMMEXCPT UMIP, FSGSBASE PCIDE OSXSAVE, SMEP SMAP PKE,
// PKS. The simulated CPUs have no LA57, VMX, SMX, key locker, CET: those bits are reserved.
constexpr std::uint64_t kKnownCr4 = 0x01770fff;

constexpr std::uint64_t kWritableEfer = kEferSystemCalls | kEferLongModeEnable | kEferNoExecute;

}  // namespace

std::optional<std::uint64_t> ControlRegisters::written_cr0(std::uint64_t value) const {
  if (value >> 32 != 0) return std::nullopt;
  if ((value & kCr0NotWriteThrough) != 0 && (value & kCr0CacheDisable) == 0) return std::nullopt;
  // 64-bit mode cannot be left through CR0; the other combinations need PG = 0 first.
  const std::uint64_t needed = kCr0ProtectionEnable | kCr0Paging;
  if ((value & needed) != needed) return std::nullopt;
  return (value & kKnownCr0) | kCr0ExtensionType;
}

std::optional<std::uint64_t> ControlRegisters::written_cr3(std::uint64_t value) const {
  if (pcids()) value &= ~kCr3KeepTranslations;
  if (value >> kPhysicalAddressBits != 0) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> ControlRegisters::written_cr4(std::uint64_t value) const {
  if ((value & ~kKnownCr4) != 0) return std::nullopt;
  if ((value & kCr4PhysicalAddressExtension) == 0) return std::nullopt;
  const bool pcids_begin = !pcids() && (value & kCr4Pcids) != 0;
  if (pcids_begin && (cr3 & kCr3Pcid) != 0) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> ControlRegisters::written_efer(std::uint64_t value) const {
  // LMA is not written but may be given as it is; LME is fixed while paging is on.
  if ((value & ~(kWritableEfer | kEferLongMode)) != 0) return std::nullopt;
  if ((value & kEferLongModeEnable) == 0) return std::nullopt;
  return (value & kWritableEfer) | kEferLongMode;
}

std::uint64_t ControlRegisters::root() const { return cr3 & PageTableEntry::kAddress; }

PagingMode ControlRegisters::mode() const {
  PagingMode mode;
  mode.write_protect = (cr0 & kCr0WriteProtect) != 0;
  mode.smep = (cr4 & kCr4Smep) != 0;
  mode.smap = (cr4 & kCr4Smap) != 0;
  mode.no_execute = (efer & kEferNoExecute) != 0;
  mode.global_pages = (cr4 & kCr4GlobalPages) != 0;
  mode.pcids = pcids();
  mode.user_keys = (cr4 & kCr4UserKeys) != 0;
  mode.supervisor_keys = (cr4 & kCr4SupervisorKeys) != 0;
  return mode;
}

}  // namespace ipcsim::machine
