// SPDX-License-Identifier: BSD-2-Clause
#include "tests/properties/reference_paging.h"

#include <algorithm>

#include <fmt/format.h>

namespace ipcsim::test {

using machine::AccessKind;
using machine::Privilege;

namespace {

bool bit(std::uint64_t bits, unsigned number) { return (bits >> number & 1) != 0; }

}  // namespace

std::uint64_t ReferencePaging::Memory::load(std::uint64_t place) const {
  if (place >= bytes) return ~std::uint64_t{0};
  const auto found = words.find(place);
  return found == words.end() ? 0 : found->second;
}

void ReferencePaging::Memory::set_bits(std::uint64_t place, std::uint64_t bits) {
  if (place < bytes) words[place] |= bits;
}

bool ReferencePaging::has_reserved_bit(const Entry& entry) const {
  // "Bits 51:M are reserved", M being 40.
  for (unsigned number = 40; number <= 51; ++number) {
    if (bit(entry.bits, number)) return true;
  }
  // "If IA32_EFER.NXE = 0, XD is reserved."
  if (!bit(registers.efer, 11) && bit(entry.bits, 63)) return true;
  // "Bit 7 of a PML4E is reserved (must be 0)."
  if (entry.shift == 39) return bit(entry.bits, 7);
  // "A PDPTE that maps a 1-GByte page: bits 29:13 are reserved", a PDE of 2 MBytes: bits 20:13.
  if (entry.shift == 30 && bit(entry.bits, 7)) {
    for (unsigned number = 13; number <= 29; ++number) {
      if (bit(entry.bits, number)) return true;
    }
  }
  if (entry.shift == 21 && bit(entry.bits, 7)) {
    for (unsigned number = 13; number <= 20; ++number) {
      if (bit(entry.bits, number)) return true;
    }
  }
  return false;
}

ReferencePaging::Page ReferencePaging::page_at(const Memory& memory, std::uint64_t linear) const {
  constexpr std::uint64_t kTableAddress = 0xfffffff000;
  Page page;
  std::uint64_t table = registers.cr3 & kTableAddress;
  for (const unsigned shift : {39U, 30U, 21U, 12U}) {
    const std::uint64_t place = table + 8 * (linear / (std::uint64_t{1} << shift) % 512);
    page.entries.push_back({place, memory.load(place), shift});
    const Entry& entry = page.entries.back();
    page.missing = !bit(entry.bits, 0);
    page.reserved = !page.missing && has_reserved_bit(entry);
    if (page.missing || page.reserved) return page;
    if (shift == 12 || (shift != 39 && bit(entry.bits, 7))) break;
    table = entry.bits & kTableAddress;
  }
  const Entry& leaf = page.entries.back();
  const auto every = [&page](unsigned number) {
    return std::ranges::all_of(page.entries,
                               [number](const Entry& entry) { return bit(entry.bits, number); });
  };
  page.user = every(2);
  page.writable = every(1);
  page.executable =
      std::ranges::none_of(page.entries, [](const Entry& entry) { return bit(entry.bits, 63); });
  page.global = bit(registers.cr4, 7) && bit(leaf.bits, 8);
  page.dirty = bit(leaf.bits, 6);
  page.key = static_cast<unsigned>(leaf.bits / (std::uint64_t{1} << 59) % 16);
  page.shift = leaf.shift;
  const std::uint64_t page_bytes = std::uint64_t{1} << leaf.shift;
  page.physical = (leaf.bits & kTableAddress) / page_bytes * page_bytes;
  return page;
}

std::optional<std::uint32_t> ReferencePaging::error_of(const Page& page, AccessKind kind,
                                                       Privilege privilege) const {
  const bool user_mode = privilege == Privilege::kUser;
  const bool fetch = kind == AccessKind::kFetch;
  const bool write = kind == AccessKind::kWrite || kind == AccessKind::kReadModifyWrite ||
                     kind == AccessKind::kFailedCompare;
  const bool wp = bit(registers.cr0, 16);
  const bool smep = bit(registers.cr4, 20);
  const bool smap = bit(registers.cr4, 21);

  std::uint32_t code = 0;
  if (write) code += 2;
  if (user_mode) code += 4;
  if (fetch && (smep || bit(registers.efer, 11))) code += 16;
  if (page.missing) return code;
  if (page.reserved) return code + 1 + 8;

  std::vector<const char*> wrongs;
  if (user_mode && !page.user) wrongs.push_back("user code at a supervisor page");
  if (user_mode && write && !page.writable) wrongs.push_back("user code writes a read-only page");
  if (!user_mode && write && !page.writable && wp) wrongs.push_back("WP protects it");
  if (fetch && !page.executable) wrongs.push_back("it must not be executed");
  if (!user_mode && fetch && page.user && smep) wrongs.push_back("SMEP");
  if (!user_mode && !fetch && page.user && smap && privilege != Privilege::kSupervisorWithAc) {
    wrongs.push_back("SMAP");
  }
  bool by_key = false;
  if (!fetch && page.user && bit(registers.cr4, 22)) {
    if (bit(pkru, 2 * page.key)) by_key = true;
    if (write && bit(pkru, 2 * page.key + 1) && (user_mode || wp)) by_key = true;
  }
  if (!fetch && !page.user && !user_mode && bit(registers.cr4, 24)) {
    if (bit(pkrs, 2 * page.key)) by_key = true;
    if (write && bit(pkrs, 2 * page.key + 1) && (user_mode || wp)) by_key = true;
  }
  if (by_key) wrongs.push_back("its key");
  if (wrongs.empty()) return std::nullopt;
  return code + 1 + (by_key ? 32 : 0);
}

void ReferencePaging::mark(Memory& memory, const Page& page, AccessKind kind) {
  for (const Entry& entry : page.entries) memory.set_bits(entry.place, 1U << 5);
  if (kind != AccessKind::kRead && kind != AccessKind::kFetch) {
    memory.set_bits(page.entries.back().place, 1U << 6);
  }
}

std::string to_text(const machine::Fault& fault) {
  constexpr const char* kKinds[] = {"none", "PF", "GP", "SS"};
  return fmt::format("{} code {:#x} at {:#x}", kKinds[static_cast<unsigned>(fault.kind)],
                     fault.error_code, fault.linear);
}

std::string to_text(const machine::MemoryAccess& access) {
  constexpr const char* kKinds[] = {"read", "write", "fetch", "locked write", "failed compare"};
  constexpr const char* kWho[] = {"user", "supervisor", "supervisor with AC", "the CPU itself"};
  return fmt::format("{} of {} bytes at {:#x} by {}", kKinds[static_cast<unsigned>(access.kind)],
                     access.bytes, access.linear, kWho[static_cast<unsigned>(access.privilege)]);
}

}  // namespace ipcsim::test
