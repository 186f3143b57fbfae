// SPDX-License-Identifier: BSD-2-Clause
// Mmu: the memory management unit of one CPU in 64-bit mode with 4-level paging: its control
// registers, its TLB, and the way from a linear to a physical address or to a fault (SDM vol. 3A
// chapter 4).
//
// What always holds:
// - An access either gives physical addresses for all its bytes or a fault; so a write that crosses
//   into a page that faults has written nothing. The first page has been used by then: its
//   accessed and dirty flags are set, as the recorded machines do.
// - A translation comes from the TLB while there is one, stale or not. would_use_stale() and
//   evict() let the caller decide otherwise beforehand: to evict is always allowed (4.10.2.1).
// - A fault changes nothing but CR2 (#PF only) and the TLB, which forgets the page (4.10.4.1).
// - Only this CPU's TLB is ever touched; others need an inter-processor interrupt (4.10.5).
// The instructions here are those of CPL 0; at another level they are #GP(0) before they get here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel_model/machine/access_rights.h"
#include "kernel_model/machine/control_registers.h"
#include "kernel_model/machine/page_walk.h"
#include "kernel_model/machine/physical_memory.h"
#include "kernel_model/machine/tlb.h"
#include "sim/base/arena.h"

namespace ipcsim::machine {

// What an address is relative to: the stack segment for pushes, pops and addresses made of the
// stack or frame pointer. It decides which fault an address that is not canonical gives.
enum class Segment : std::uint8_t { kData, kStack };

struct MemoryAccess {
  AccessKind kind = AccessKind::kRead;
  Privilege privilege = Privilege::kUser;
  Segment segment = Segment::kData;
  std::uint16_t bytes = 8;  // 1 .. kPageBytes
  std::uint64_t linear = 0;
};

enum class FaultKind : std::uint8_t { kNone, kPageFault, kGeneralProtection, kStackFault };

struct [[nodiscard]] Fault {
  FaultKind kind = FaultKind::kNone;
  std::uint32_t error_code = 0;  // pushed by all three; 0 but for #PF
  std::uint64_t linear = 0;      // of #PF: what CR2 holds now

  bool none() const { return kind == FaultKind::kNone; }
  friend bool operator==(const Fault&, const Fault&) = default;
};

// What became of the part of an access that lies in one page; what it costs depends on that.
struct PageUse {
  std::uint64_t physical = 0;
  std::uint16_t bytes = 0;
  TlbLevel found_in = TlbLevel::kNone;  // with entries_read > 0: found, but a write had to set D
  std::uint8_t entries_read = 0;        // by a walk; 0: there was none
  MarkedEntries marked;                 // which flags the walk had to set
};

struct AccessResult {
  Fault fault;
  std::uint8_t pages = 0;  // that were translated; the last one to no end if there is a fault
  std::array<PageUse, 2> page{};

  bool ok() const { return fault.none(); }
};

// INVPCID, SDM vol. 2A.
struct InvpcidDescriptor {
  std::uint64_t pcid = 0;    // 63:0 of the descriptor, 63:12 of which must be 0
  std::uint64_t linear = 0;  // 127:64
};

class Mmu {
 public:
  Mmu(Arena& arena, PhysicalMemory& memory, const ControlRegisters& start = {});
  Mmu(const Mmu&) = delete;
  Mmu& operator=(const Mmu&) = delete;

  AccessResult access(const MemoryAccess& access) {
    const std::uint64_t last = access.linear + access.bytes - 1;
    AccessResult result;
    if (access.linear >> kPageBits != last >> kPageBits || !is_canonical(last)) {
      access_with_care(access, last, result);
    } else {
      result.pages = 1;
      result.fault = translate(access, access.linear, access.bytes, result.page[0]);
    }
    return result;
  }

  // Whether access() would now use a translation, of any of its pages, that differs from what the
  // page tables say: another place, other rights, flags that it would not set.
  bool would_use_stale(const MemoryAccess& access) const;
  // As if the translations of its pages had just made place for others.
  void evict(const MemoryAccess& access);

  // A broken machine: walks mark no entry as accessed or dirty.
  void leave_entries_unmarked() { marks_entries_ = false; }

  // MOV to control registers, WRMSR, WRPKRU: #GP(0) and no change, or the new value with the
  // invalidations of 4.10.4.1.
  Fault write_cr0(std::uint64_t value);
  Fault write_cr3(std::uint64_t value);
  Fault write_cr4(std::uint64_t value);
  Fault write_efer(std::uint64_t value);
  Fault write_pkrs(std::uint64_t value);  // IA32_PKRS, MSR 6E1H
  void write_pkru(std::uint32_t value) { mode_.pkru = value; }

  void invlpg(std::uint64_t linear);
  Fault invpcid(std::uint64_t type, const InvpcidDescriptor& descriptor);

  const ControlRegisters& registers() const { return registers_; }
  const PagingMode& mode() const { return mode_; }
  std::uint64_t cr2() const { return cr2_; }
  const Tlb& tlb() const { return tlb_; }

 private:
  Fault translate(const MemoryAccess& access, std::uint64_t linear, std::uint64_t bytes,
                  PageUse& use) {
    const Tlb::Hit hit = tlb_.find(linear, pcid_);
    use.found_in = hit.level;
    if (hit.translation == nullptr || (is_write(access.kind) && !hit.translation->dirty) ||
        !allowed(access, hit.translation->rights)) {
      return translate_with_care(access, linear, bytes, hit, use);
    }
    use.physical = hit.translation->physical_of(linear);
    use.bytes = static_cast<std::uint16_t>(bytes);
    return {};
  }
  bool allowed(const MemoryAccess& access, const Rights& rights) const {
    return rights_allow(rights, mode_, access.kind, access.privilege) &&
           key_allows(rights, mode_, access.kind, access.privilege);
  }

  void access_with_care(const MemoryAccess& access, std::uint64_t last, AccessResult& result);
  Fault translate_with_care(const MemoryAccess& access, std::uint64_t linear, std::uint64_t bytes,
                            const Tlb::Hit& hit, PageUse& use);
  Fault forbidden(const MemoryAccess& access, std::uint64_t linear, const Rights& rights);
  Fault page_fault(const MemoryAccess& access, std::uint64_t linear, std::uint32_t reason);
  bool would_use_stale(const MemoryAccess& access, std::uint64_t linear) const;
  void take_registers(const ControlRegisters& registers);

  PhysicalMemory& memory_;
  ControlRegisters registers_;
  PagingMode mode_;         // follows the registers
  std::uint16_t pcid_ = 0;  // follows the registers
  std::uint64_t cr2_ = 0;
  bool marks_entries_ = true;
  Tlb tlb_;
};

// The bytes of an access that was translated; as many as it has.
void load_bytes(const PhysicalMemory& memory, const AccessResult& from, std::span<std::byte> to);
void store_bytes(PhysicalMemory& memory, const AccessResult& to, std::span<const std::byte> from);

}  // namespace ipcsim::machine
