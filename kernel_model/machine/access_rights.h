// SPDX-License-Identifier: BSD-2-Clause
// Who may do what with a page. A translation carries rights, put together of all its entries; the
// verdict on an access is formed anew each time, from the rights and the mode of that moment. So
// CR0.WP, SMEP, SMAP, the keys and the privilege count at once, also for cached translations (SDM
// vol. 3A 4.6, 4.10.2.2).
#pragma once

#include <cstdint>

#include "kernel_model/machine/paging_mode.h"

namespace ipcsim::machine {

enum class AccessKind : std::uint8_t {
  kRead,
  kWrite,
  kFetch,
  kReadModifyWrite,  // one locked access, a write from its beginning
  kFailedCompare,    // a locked compare-and-exchange that does not exchange: still a write
};
constexpr bool is_write(AccessKind kind) {
  return kind != AccessKind::kRead && kind != AccessKind::kFetch;
}

// The code privilege level, and what EFLAGS.AC says where it counts.
enum class Privilege : std::uint8_t {
  kUser,                // CPL 3
  kSupervisor,          // CPL below 3, EFLAGS.AC = 0
  kSupervisorWithAc,    // CPL below 3, EFLAGS.AC = 1: SMAP is lifted
  kImplicitSupervisor,  // the CPU's own access to descriptor tables and the TSS, at any CPL
};

struct Rights {
  bool user = false;        // U/S is 1 in every entry
  bool writable = false;    // R/W is 1 in every entry
  bool no_execute = false;  // XD is 1 in some entry
  std::uint8_t key = 0;     // of the entry that maps the page

  friend constexpr bool operator==(const Rights&, const Rights&) = default;
};

// SDM vol. 3A 4.6.1.
constexpr bool rights_allow(const Rights& rights, const PagingMode& mode, AccessKind kind,
                            Privilege privilege) {
  if (privilege == Privilege::kUser) {
    if (!rights.user) return false;
    if (kind == AccessKind::kFetch) return !rights.no_execute;
    return rights.writable || !is_write(kind);
  }
  if (kind == AccessKind::kFetch) return !rights.no_execute && !(rights.user && mode.smep);
  if (rights.user && mode.smap && privilege != Privilege::kSupervisorWithAc) return false;
  return rights.writable || !mode.write_protect || !is_write(kind);
}

// SDM vol. 3A 4.6.2: keys restrict data accesses further, never fetches. That user code is at a
// supervisor page is no matter of keys.
constexpr bool key_allows(const Rights& rights, const PagingMode& mode, AccessKind kind,
                          Privilege privilege) {
  if (!(rights.user ? mode.user_keys : mode.supervisor_keys)) return true;
  if (kind == AccessKind::kFetch) return true;
  if (privilege == Privilege::kUser && !rights.user) return true;
  constexpr std::uint32_t kAccessDisable = 1;
  constexpr std::uint32_t kWriteDisable = 2;
  const std::uint32_t restricted = (rights.user ? mode.pkru : mode.pkrs) >> 2 * rights.key;
  if ((restricted & kAccessDisable) != 0) return false;
  const bool write_protected = privilege == Privilege::kUser || mode.write_protect;
  return !is_write(kind) || (restricted & kWriteDisable) == 0 || !write_protected;
}

// Error code of #PF, SDM vol. 3A 4.7.
inline constexpr std::uint32_t kFaultPresent = 1U << 0;
inline constexpr std::uint32_t kFaultWrite = 1U << 1;
inline constexpr std::uint32_t kFaultUser = 1U << 2;
inline constexpr std::uint32_t kFaultReserved = 1U << 3;
inline constexpr std::uint32_t kFaultFetch = 1U << 4;
inline constexpr std::uint32_t kFaultKey = 1U << 5;

// The bits that describe the access, whatever the entries say.
constexpr std::uint32_t access_fault_bits(const PagingMode& mode, AccessKind kind,
                                          Privilege privilege) {
  std::uint32_t code = is_write(kind) ? kFaultWrite : 0;
  if (privilege == Privilege::kUser) code |= kFaultUser;
  if (kind == AccessKind::kFetch && (mode.smep || mode.no_execute)) code |= kFaultFetch;
  return code;
}

}  // namespace ipcsim::machine
