// SPDX-License-Identifier: BSD-2-Clause
// ControlRegisters: CR0, CR3, CR4 and IA32_EFER of one CPU in 64-bit mode, which values may be
// written to them, and what they hold then. A write that is not allowed is #GP(0) and changes
// nothing (SDM vol. 2B, MOV to control registers, 64-bit mode exceptions; vol. 3A 4.10.1).
#pragma once

#include <cstdint>
#include <optional>

#include "kernel_model/machine/paging_mode.h"

namespace ipcsim::machine {

struct ControlRegisters {
  std::uint64_t cr0 = kCr0ProtectionEnable | kCr0ExtensionType | kCr0WriteProtect | kCr0Paging;
  std::uint64_t cr3 = 0;
  std::uint64_t cr4 = kCr4PhysicalAddressExtension;
  std::uint64_t efer = kEferSystemCalls | kEferLongModeEnable | kEferLongMode | kEferNoExecute;

  // What a register holds after `value` was written to it; nothing: #GP(0).
  std::optional<std::uint64_t> written_cr0(std::uint64_t value) const;
  std::optional<std::uint64_t> written_cr3(std::uint64_t value) const;
  std::optional<std::uint64_t> written_cr4(std::uint64_t value) const;
  std::optional<std::uint64_t> written_efer(std::uint64_t value) const;

  bool pcids() const { return (cr4 & kCr4Pcids) != 0; }
  // The tag of new and of usable translations; 0 where there are no tags (4.10.1).
  std::uint16_t pcid() const {
    return pcids() ? static_cast<std::uint16_t>(cr3 & kCr3Pcid) : std::uint16_t{0};
  }
  // Physical address of the PML4 table.
  std::uint64_t root() const;

  // The mode without PKRU and PKRS, which are set apart.
  PagingMode mode() const;
};

}  // namespace ipcsim::machine
