// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/mmu.h"

#include "sim/base/check.h"

namespace ipcsim::machine {
namespace {

constexpr Fault kGeneralProtection{FaultKind::kGeneralProtection, 0, 0};

std::uint64_t last_byte(const MemoryAccess& access) { return access.linear + access.bytes - 1; }

bool crosses_page(const MemoryAccess& access) {
  return access.linear >> kPageBits != last_byte(access) >> kPageBits;
}

}  // namespace

Mmu::Mmu(Arena& arena, PhysicalMemory& memory, const ControlRegisters& start)
    : memory_(memory), tlb_(arena) {
  take_registers(start);
}

void Mmu::take_registers(const ControlRegisters& registers) {
  const std::uint32_t pkru = mode_.pkru;
  const std::uint32_t pkrs = mode_.pkrs;
  registers_ = registers;
  mode_ = registers.mode();
  mode_.pkru = pkru;
  mode_.pkrs = pkrs;
  pcid_ = registers.pcid();
}

// --- Accesses.

void Mmu::access_with_care(const MemoryAccess& access, std::uint64_t last, AccessResult& result) {
  SIM_CHECK(access.bytes >= 1 && access.bytes <= kPageBytes, "an access has 1 to 4096 bytes");
  // Before paging, whatever the page of the first byte says (vol. 1 3.3.7.1, vol. 3A 6.15).
  if (!is_canonical(access.linear) || !is_canonical(last)) {
    const bool stack = access.segment == Segment::kStack && access.kind != AccessKind::kFetch;
    result.fault.kind = stack ? FaultKind::kStackFault : FaultKind::kGeneralProtection;
    return;
  }
  const std::uint64_t second = page_of(last, PageSize::k4K);
  result.pages = 1;
  result.fault = translate(access, access.linear, second - access.linear, result.page[0]);
  if (!result.ok()) return;
  result.pages = 2;
  result.fault = translate(access, second, last - second + 1, result.page[1]);
}

Fault Mmu::translate_with_care(const MemoryAccess& access, std::uint64_t linear,
                               std::uint64_t bytes, const Tlb::Hit& hit, PageUse& use) {
  if (hit.translation != nullptr) {
    if (!allowed(access, hit.translation->rights)) {
      return forbidden(access, linear, hit.translation->rights);
    }
    // D must be set in memory before the write, by a walk of its own (4.8, 4.10.2.2).
    tlb_.drop_page(linear, pcid_, Globals::kDropped);
  }
  const PageWalk walk = walk_page_tables(memory_, registers_.root(), linear, mode_);
  use.entries_read = walk.entries_read;
  if (walk.end == PageWalk::End::kNotPresent) return page_fault(access, linear, 0);
  if (walk.end == PageWalk::End::kReservedBit) {
    return page_fault(access, linear, kFaultPresent | kFaultReserved);
  }
  if (!allowed(access, walk.rights)) return forbidden(access, linear, walk.rights);
  if (marks_entries_) use.marked = mark_used(memory_, walk, access.kind);
  const Translation translation{.linear = page_of(linear, walk.size),
                                .physical = walk.page,
                                .pcid = pcid_,
                                .size = walk.size,
                                .global = walk.global,
                                .dirty = walk.dirty() || is_write(access.kind),
                                .rights = walk.rights};
  tlb_.insert(translation);
  use.physical = translation.physical_of(linear);
  use.bytes = static_cast<std::uint16_t>(bytes);
  return {};
}

Fault Mmu::forbidden(const MemoryAccess& access, std::uint64_t linear, const Rights& rights) {
  // The bit says that the key forbids the access, also where something else forbids it as well.
  const bool by_key = !key_allows(rights, mode_, access.kind, access.privilege);
  return page_fault(access, linear, kFaultPresent | (by_key ? kFaultKey : 0));
}

Fault Mmu::page_fault(const MemoryAccess& access, std::uint64_t linear, std::uint32_t reason) {
  cr2_ = linear;
  // So that the same access, tried again, sees what memory says by then. Global translations go as
  // well: the fault may be theirs.
  tlb_.drop_page(linear, pcid_, Globals::kDropped);
  const std::uint32_t code = reason | access_fault_bits(mode_, access.kind, access.privilege);
  return {FaultKind::kPageFault, code, linear};
}

bool Mmu::would_use_stale(const MemoryAccess& access) const {
  const std::uint64_t last = last_byte(access);
  if (!is_canonical(access.linear) || !is_canonical(last)) return false;
  if (would_use_stale(access, access.linear)) return true;
  return crosses_page(access) && would_use_stale(access, page_of(last, PageSize::k4K));
}

bool Mmu::would_use_stale(const MemoryAccess& access, std::uint64_t linear) const {
  const Translation* const held = tlb_.peek(linear, pcid_);
  if (held == nullptr) return false;
  const bool walks = is_write(access.kind) && !held->dirty && allowed(access, held->rights);
  if (walks) return false;
  const PageWalk walk = walk_page_tables(memory_, registers_.root(), linear, mode_);
  if (!walk.mapped() || !walk.accessed()) return true;
  if (held->rights != walk.rights || (held->dirty && !walk.dirty())) return true;
  return held->physical_of(linear) != walk.page + offset_in(linear, walk.size);
}

void Mmu::evict(const MemoryAccess& access) {
  tlb_.drop_page(access.linear, pcid_, Globals::kDropped);
  if (crosses_page(access)) tlb_.drop_page(last_byte(access), pcid_, Globals::kDropped);
}

// --- Registers.

Fault Mmu::write_cr0(std::uint64_t value) {
  const auto written = registers_.written_cr0(value);
  if (!written) return kGeneralProtection;
  ControlRegisters after = registers_;
  after.cr0 = *written;
  take_registers(after);
  return {};
}

Fault Mmu::write_cr3(std::uint64_t value) {
  const auto written = registers_.written_cr3(value);
  if (!written) return kGeneralProtection;
  ControlRegisters after = registers_;
  after.cr3 = *written;
  take_registers(after);
  const bool keep = mode_.pcids && (value & kCr3KeepTranslations) != 0;
  if (!keep) tlb_.drop_pcid(pcid_, Globals::kKept);
  return {};
}

Fault Mmu::write_cr4(std::uint64_t value) {
  const auto written = registers_.written_cr4(value);
  if (!written) return kGeneralProtection;
  const std::uint64_t changed = registers_.cr4 ^ *written;
  const std::uint64_t set = changed & *written;
  const std::uint64_t cleared = changed & registers_.cr4;
  if ((changed & kCr4GlobalPages) != 0 || (cleared & kCr4Pcids) != 0) {
    tlb_.drop_all(Globals::kDropped);
  } else if ((set & kCr4Smep) != 0) {
    tlb_.drop_pcid(pcid_, Globals::kDropped);
  }
  ControlRegisters after = registers_;
  after.cr4 = *written;
  take_registers(after);
  return {};
}

Fault Mmu::write_efer(std::uint64_t value) {
  const auto written = registers_.written_efer(value);
  if (!written) return kGeneralProtection;
  // Bit 63 of an entry changes from a right to a reserved bit, or back. The manual asks for nothing
  // here; to drop everything is allowed, and no translation then outlives its meaning.
  if (((registers_.efer ^ *written) & kEferNoExecute) != 0) tlb_.drop_all(Globals::kDropped);
  ControlRegisters after = registers_;
  after.efer = *written;
  take_registers(after);
  return {};
}

Fault Mmu::write_pkrs(std::uint64_t value) {
  if (value >> 32 != 0) return kGeneralProtection;
  mode_.pkrs = static_cast<std::uint32_t>(value);
  return {};
}

// --- Invalidations.

void Mmu::invlpg(std::uint64_t linear) {
  if (is_canonical(linear)) tlb_.drop_page(linear, pcid_, Globals::kDropped);
}

Fault Mmu::invpcid(std::uint64_t type, const InvpcidDescriptor& descriptor) {
  constexpr std::uint64_t kOneAddress = 0;
  constexpr std::uint64_t kOnePcid = 1;
  constexpr std::uint64_t kEverything = 2;
  constexpr std::uint64_t kAllButGlobals = 3;
  if (type > kAllButGlobals || descriptor.pcid > kCr3Pcid) return kGeneralProtection;
  if (type <= kOnePcid && !mode_.pcids && descriptor.pcid != 0) return kGeneralProtection;
  if (type == kOneAddress && !is_canonical(descriptor.linear)) return kGeneralProtection;
  const auto pcid = static_cast<std::uint16_t>(descriptor.pcid);
  if (type == kOneAddress) tlb_.drop_page(descriptor.linear, pcid, Globals::kKept);
  if (type == kOnePcid) tlb_.drop_pcid(pcid, Globals::kKept);
  if (type == kEverything) tlb_.drop_all(Globals::kDropped);
  if (type == kAllButGlobals) tlb_.drop_all(Globals::kKept);
  return {};
}

// --- Data.

void load_bytes(const PhysicalMemory& memory, const AccessResult& from, std::span<std::byte> to) {
  for (unsigned i = 0; i < from.pages; ++i) {
    memory.read(from.page[i].physical, to.first(from.page[i].bytes));
    to = to.subspan(from.page[i].bytes);
  }
}

void store_bytes(PhysicalMemory& memory, const AccessResult& to, std::span<const std::byte> from) {
  for (unsigned i = 0; i < to.pages; ++i) {
    memory.write(to.page[i].physical, from.first(to.page[i].bytes));
    from = from.subspan(to.page[i].bytes);
  }
}

}  // namespace ipcsim::machine
