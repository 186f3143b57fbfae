// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/mmu.h"

#include <array>
#include <cstring>
#include <memory_resource>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/child_process.h"
#include "tests/support/page_tables.h"

namespace ipcsim::machine {
namespace {

using test::PageTables;
using Level = TableLevel;

constexpr std::uint64_t kAddress = 0x2a80caa2a000;
constexpr std::uint64_t kNext = kAddress + kPageBytes;
constexpr std::uint64_t kPageA = PageTables::kPageA;
constexpr std::uint64_t kPageB = PageTables::kPageB;
constexpr std::uint64_t kHole = 0x800000000000;  // the first address that is not canonical
constexpr std::uint64_t kNoExecute = PageTableEntry::kNoExecute;
constexpr std::uint64_t kCr0Base = kCr0ProtectionEnable | kCr0ExtensionType | kCr0Paging;
constexpr std::uint64_t kCr4Base = kCr4PhysicalAddressExtension;
constexpr std::uint64_t kKeep = kCr3KeepTranslations;
constexpr std::uint64_t kGlobal = PageTableEntry::kGlobal;

constexpr Fault kGp{FaultKind::kGeneralProtection, 0, 0};
constexpr Fault kNoFault{};

Fault page_fault(std::uint32_t code, std::uint64_t linear = kAddress) {
  return {FaultKind::kPageFault, code, linear};
}

// One CPU with its page tables.
struct CpuWithTables : PageTables {
  Mmu mmu{arena, memory, registers()};

  AccessResult access(AccessKind kind, Privilege privilege, std::uint64_t linear = kAddress,
                      std::uint16_t bytes = 8) {
    return mmu.access({kind, privilege, Segment::kData, bytes, linear});
  }
  Fault read(std::uint64_t linear = kAddress, std::uint16_t bytes = 8) {
    return access(AccessKind::kRead, Privilege::kSupervisor, linear, bytes).fault;
  }
  Fault write(std::uint64_t linear = kAddress, std::uint16_t bytes = 8) {
    return access(AccessKind::kWrite, Privilege::kSupervisor, linear, bytes).fault;
  }
  Fault fetch(std::uint64_t linear = kAddress) {
    return access(AccessKind::kFetch, Privilege::kSupervisor, linear).fault;
  }
  Fault user_read(std::uint64_t linear = kAddress) {
    return access(AccessKind::kRead, Privilege::kUser, linear).fault;
  }
  // Where a read goes; 0 for a fault.
  std::uint64_t place_of(std::uint64_t linear = kAddress) {
    const AccessResult result = access(AccessKind::kRead, Privilege::kSupervisor, linear);
    return result.ok() ? result.page[0].physical : 0;
  }
  std::uint64_t pte(std::uint64_t linear = kAddress) const { return get(Level::kPte, linear); }
  void set_pte(std::uint64_t entry, std::uint64_t linear = kAddress) {
    set(Level::kPte, linear, entry);
  }
};

// Maps A at kAddress under PCID 1, reads it, and turns the entry to B.
struct StaleCpu : CpuWithTables {
  explicit StaleCpu(std::uint64_t cr4, std::uint64_t entry_bits = 7) {
    REQUIRE(mmu.write_cr4(kCr4Base | cr4) == kNoFault);
    if ((cr4 & kCr4Pcids) != 0) REQUIRE(mmu.write_cr3(kRoot | 1) == kNoFault);
    map_page(kAddress, kPageA | entry_bits);
    REQUIRE(place_of() == kPageA);
    set_pte(kPageB | entry_bits);
  }
  bool stale() { return place_of() == kPageA; }
};

// --- Addresses.

TEST_CASE("the offset in the page is kept, for every size of page") {
  CpuWithTables cpu;
  cpu.map_page(kAddress, kPageA | 7);
  CHECK(cpu.place_of(kAddress + 0xff8) == kPageA + 0xff8);
  CHECK(cpu.place_of(kAddress + 0xff8) == kPageA + 0xff8);
  CpuWithTables large;
  large.map(kAddress, PageTables::kTables[1] | 7, PageTables::kTables[2] | 7,
            PageTables::kLargePage | 0x87);
  CHECK(large.place_of() == PageTables::kLargePage + offset_in(kAddress, PageSize::k2M));
  CpuWithTables huge;
  huge.map(kAddress, PageTables::kTables[1] | 7, 0x40000087);
  CHECK(huge.place_of() == 0x40000000 + offset_in(kAddress, PageSize::k1G));
}

TEST_CASE("an address that is not canonical is #GP(0), or #SS(0) through the stack segment") {
  CpuWithTables cpu;
  for (const std::uint64_t linear :
       {kHole, std::uint64_t{0xffff7fffffffffff}, std::uint64_t{1} << 63}) {
    for (const AccessKind kind : {AccessKind::kRead, AccessKind::kWrite, AccessKind::kFetch,
                                  AccessKind::kReadModifyWrite, AccessKind::kFailedCompare}) {
      MemoryAccess access{kind, Privilege::kUser, Segment::kData, 8, linear};
      AccessResult result = cpu.mmu.access(access);
      CHECK(result.fault == kGp);
      CHECK(result.pages == 0);
      access.segment = Segment::kStack;
      result = cpu.mmu.access(access);
      const bool fetch = kind == AccessKind::kFetch;
      CHECK(result.fault.kind == (fetch ? FaultKind::kGeneralProtection : FaultKind::kStackFault));
      CHECK(result.fault.error_code == 0);
    }
  }
  CHECK(cpu.mmu.cr2() == 0);
}

TEST_CASE("an access that reaches into the hole is #GP before paging") {
  CpuWithTables cpu;
  CHECK(cpu.read(kHole - 8) == page_fault(0, kHole - 8));
  CHECK(cpu.read(kHole - 7) == kGp);
  CHECK(cpu.mmu.cr2() == kHole - 8);
  CHECK(cpu.read(~std::uint64_t{0x7fffffffffff} - 1) == kGp);
  CHECK(cpu.read(~std::uint64_t{0x7fffffffffff}) == page_fault(0, ~std::uint64_t{0x7fffffffffff}));
}

TEST_CASE("the last address of all and the first one are neighbours") {
  CpuWithTables cpu;
  constexpr std::uint64_t kTop = 0xfffffffffffff000;
  cpu.map_page(kTop, kPageA | 7);
  CHECK(cpu.read(kTop + 0xffc) == page_fault(0, 0));
  cpu.map_page(0, kPageB | 7);
  const AccessResult result = cpu.access(AccessKind::kRead, Privilege::kUser, kTop + 0xffc, 8);
  REQUIRE(result.ok());
  CHECK(result.page[0].physical == kPageA + 0xffc);
  CHECK(result.page[1].physical == kPageB);
}

TEST_CASE("an access over the end of a page has two places") {
  CpuWithTables cpu;
  cpu.map_page(kAddress, kPageA | 7);
  cpu.map_page(kNext, kPageB | 7);
  const AccessResult result = cpu.access(AccessKind::kWrite, Privilege::kUser, kNext - 3, 8);
  REQUIRE(result.ok());
  REQUIRE(result.pages == 2);
  CHECK(result.page[0].physical == kPageA + 0xffd);
  CHECK(result.page[0].bytes == 3);
  CHECK(result.page[1].physical == kPageB);
  CHECK(result.page[1].bytes == 5);
  std::array<std::byte, 8> bytes{};
  for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(i + 1);
  store_bytes(cpu.memory, result, bytes);
  CHECK(cpu.memory.load<std::uint8_t>(kPageA + 0xffd) == 1);
  CHECK(cpu.memory.load<std::uint8_t>(kPageA + 0xfff) == 3);
  CHECK(cpu.memory.load<std::uint8_t>(kPageB) == 4);
  CHECK(cpu.memory.load<std::uint8_t>(kPageB + 4) == 8);
  std::array<std::byte, 8> read{};
  load_bytes(cpu.memory, result, read);
  CHECK(read == bytes);
  CHECK((cpu.pte(kAddress) & 0x60) == 0x60);
  CHECK((cpu.pte(kNext) & 0x60) == 0x60);
}

TEST_CASE("over a page's end the first page faults first, else the second at its first byte") {
  CpuWithTables cpu;
  CHECK(cpu.write(kNext - 3) == page_fault(2, kNext - 3));
  cpu.map_page(kAddress, kPageA | 7);
  const AccessResult result = cpu.access(AccessKind::kWrite, Privilege::kSupervisor, kNext - 3, 8);
  CHECK(result.fault == page_fault(2, kNext));
  CHECK(cpu.mmu.cr2() == kNext);
  CHECK(result.pages == 2);
  CHECK(result.page[1].bytes == 0);
  cpu.map_page(kNext, kPageB | 5);
  CHECK(cpu.write(kNext - 3) == page_fault(3, kNext));
  CHECK((cpu.pte(kNext) & 0x60) == 0);
}

TEST_CASE("both parts of an access inside a large page use one translation") {
  CpuWithTables cpu;
  cpu.map(kAddress, PageTables::kTables[1] | 7, PageTables::kTables[2] | 7,
          PageTables::kLargePage | 0x87);
  const AccessResult result = cpu.access(AccessKind::kRead, Privilege::kUser, kNext - 3, 8);
  REQUIRE(result.pages == 2);
  CHECK(result.page[1].physical == result.page[0].physical + 3);
  CHECK(result.page[0].entries_read == 3);
  CHECK(result.page[1].entries_read == 0);
  CHECK(result.page[1].found_in == TlbLevel::kFirst);
}

TEST_CASE("an access of no byte, or of more than a page, is our defect") {
  for (const std::uint16_t bytes : {std::uint16_t{0}, std::uint16_t{4097}}) {
    const auto ending = test::in_child([bytes] {
      CpuWithTables cpu;
      static_cast<void>(cpu.read(kAddress, bytes));
    });
    CHECK(ending.aborted());
  }
}

// --- Rights.

struct Allowance {
  AccessKind kind;
  Privilege privilege;
  Fault expected;
};

// All on one page, without and then with what the TLB has learnt.
void check_allowances(CpuWithTables& cpu, const std::vector<Allowance>& allowances) {
  for (int turn = 0; turn < 2; ++turn) {
    for (const Allowance& row : allowances) {
      CAPTURE(turn);
      CAPTURE(static_cast<int>(row.kind));
      CAPTURE(static_cast<int>(row.privilege));
      CHECK(cpu.access(row.kind, row.privilege).fault == row.expected);
    }
  }
}

constexpr auto kRead = AccessKind::kRead;
constexpr auto kWrite = AccessKind::kWrite;
constexpr auto kFetch = AccessKind::kFetch;
constexpr auto kRmw = AccessKind::kReadModifyWrite;
constexpr auto kFailed = AccessKind::kFailedCompare;
constexpr auto kUserMode = Privilege::kUser;
constexpr auto kKernel = Privilege::kSupervisor;
constexpr auto kKernelAc = Privilege::kSupervisorWithAc;
constexpr auto kImplicit = Privilege::kImplicitSupervisor;

TEST_CASE("user code needs U, writes need W, fetches no XD") {
  CpuWithTables cpu;
  cpu.map_page(kAddress, kPageA | 3);
  check_allowances(cpu, {{kRead, kUserMode, page_fault(5)},
                         {kWrite, kUserMode, page_fault(7)},
                         {kRmw, kUserMode, page_fault(7)},
                         {kFailed, kUserMode, page_fault(7)},
                         {kFetch, kUserMode, page_fault(0x15)},
                         {kRead, kKernel, kNoFault},
                         {kRead, kImplicit, kNoFault}});
  CpuWithTables read_only;
  read_only.map_page(kAddress, kPageA | 5 | kNoExecute);
  check_allowances(read_only, {{kRead, kUserMode, kNoFault},
                               {kWrite, kUserMode, page_fault(7)},
                               {kFailed, kUserMode, page_fault(7)},
                               {kFetch, kUserMode, page_fault(0x15)},
                               {kFetch, kKernel, page_fault(0x11)}});
}

TEST_CASE("CR0.WP keeps supervisor code from writing, at once, and user code always is") {
  CpuWithTables cpu;
  cpu.map_page(kAddress, kPageA | 5);
  check_allowances(cpu, {{kRead, kKernel, kNoFault},
                         {kWrite, kKernel, page_fault(3)},
                         {kRmw, kKernel, page_fault(3)},
                         {kWrite, kImplicit, page_fault(3)}});
  CHECK(cpu.mmu.write_cr0(kCr0Base) == kNoFault);
  check_allowances(
      cpu,
      {{kWrite, kKernel, kNoFault}, {kRmw, kKernel, kNoFault}, {kWrite, kUserMode, page_fault(7)}});
  CHECK(cpu.read() == kNoFault);
  CHECK(cpu.mmu.write_cr0(kCr0Base | kCr0WriteProtect) == kNoFault);
  CHECK(cpu.write() == page_fault(3));
}

TEST_CASE("SMAP keeps supervisor code from user pages while AC is 0, and the CPU itself always") {
  CpuWithTables cpu;
  cpu.map_page(kAddress, kPageA | 7);
  CHECK(cpu.read() == kNoFault);
  CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4Smap) == kNoFault);
  check_allowances(cpu, {{kRead, kKernelAc, kNoFault},
                         {kWrite, kKernelAc, kNoFault},
                         {kRead, kKernel, page_fault(1)},
                         {kWrite, kKernel, page_fault(3)},
                         {kRead, kImplicit, page_fault(1)},
                         {kWrite, kImplicit, page_fault(3)},
                         {kFetch, kKernel, kNoFault},
                         {kRead, kUserMode, kNoFault}});
  CpuWithTables supervisor_page;
  CHECK(supervisor_page.mmu.write_cr4(kCr4Base | kCr4Smap) == kNoFault);
  supervisor_page.map_page(kAddress, kPageA | 3);
  check_allowances(supervisor_page, {{kRead, kKernel, kNoFault}, {kRead, kImplicit, kNoFault}});
}

TEST_CASE("SMEP keeps supervisor code from executing user pages, whatever AC is") {
  CpuWithTables cpu;
  cpu.map_page(kAddress, kPageA | 7);
  CHECK(cpu.fetch() == kNoFault);
  CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4Smep) == kNoFault);
  check_allowances(cpu, {{kFetch, kKernel, page_fault(0x11)},
                         {kFetch, kKernelAc, page_fault(0x11)},
                         {kFetch, kUserMode, kNoFault},
                         {kRead, kKernel, kNoFault}});
}

TEST_CASE("the error code names a fetch only with SMEP or NXE") {
  CpuWithTables cpu;
  CHECK(cpu.fetch() == page_fault(0x10));
  const std::uint64_t without = cpu.mmu.registers().efer & ~kEferNoExecute;
  CHECK(cpu.mmu.write_efer(without) == kNoFault);
  CHECK(cpu.fetch() == page_fault(0));
  CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4Smep) == kNoFault);
  CHECK(cpu.fetch() == page_fault(0x10));
}

TEST_CASE("reserved bits give RSVD and P together with what the access was") {
  CpuWithTables cpu;
  cpu.map_page(kAddress, kPageA | 7 | std::uint64_t{1} << 45);
  check_allowances(cpu, {{kRead, kKernel, page_fault(9)},
                         {kRmw, kUserMode, page_fault(0xf)},
                         {kFetch, kUserMode, page_fault(0x1d)}});
  cpu.set_pte(std::uint64_t{1} << 45);
  CHECK(cpu.read() == page_fault(0));
  CHECK(cpu.pte() == std::uint64_t{1} << 45);
}

TEST_CASE("PKRU restricts data accesses to user pages of its keys") {
  CpuWithTables cpu;
  CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4UserKeys) == kNoFault);
  cpu.map_page(kAddress, kPageA | 7 | std::uint64_t{9} << 59);
  cpu.mmu.write_pkru(0xffffffffU & ~(3U << 18));
  check_allowances(cpu, {{kRead, kUserMode, kNoFault}, {kWrite, kUserMode, kNoFault}});
  cpu.mmu.write_pkru(1U << 18);
  check_allowances(cpu, {{kRead, kUserMode, page_fault(0x25)},
                         {kWrite, kUserMode, page_fault(0x27)},
                         {kRead, kKernel, page_fault(0x21)},
                         {kFetch, kUserMode, kNoFault}});
  cpu.mmu.write_pkru(2U << 18);
  check_allowances(cpu, {{kRead, kUserMode, kNoFault},
                         {kWrite, kUserMode, page_fault(0x27)},
                         {kWrite, kKernel, page_fault(0x23)}});
  CHECK(cpu.mmu.write_cr0(kCr0Base) == kNoFault);
  check_allowances(cpu, {{kWrite, kKernel, kNoFault}, {kWrite, kUserMode, page_fault(0x27)}});
  CHECK(cpu.mmu.write_cr4(kCr4Base) == kNoFault);
  CHECK(cpu.access(kWrite, kUserMode).ok());
}

TEST_CASE("IA32_PKRS does the same for supervisor pages") {
  CpuWithTables cpu;
  CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4SupervisorKeys) == kNoFault);
  cpu.map_page(kAddress, kPageA | 3 | std::uint64_t{1} << 59);
  cpu.mmu.write_pkru(0xffffffff);
  CHECK(cpu.write() == kNoFault);
  CHECK(cpu.mmu.write_pkrs(4) == kNoFault);
  check_allowances(cpu, {{kRead, kKernel, page_fault(0x21)},
                         {kRead, kImplicit, page_fault(0x21)},
                         {kFetch, kKernel, kNoFault},
                         {kRead, kUserMode, page_fault(5)}});
  CHECK(cpu.mmu.write_pkrs(8) == kNoFault);
  check_allowances(cpu, {{kRead, kKernel, kNoFault}, {kWrite, kKernel, page_fault(0x23)}});
  CHECK(cpu.mmu.write_cr0(kCr0Base) == kNoFault);
  CHECK(cpu.write() == kNoFault);
  CHECK(cpu.mmu.write_pkrs(std::uint64_t{1} << 32) == kGp);
  CHECK(cpu.mmu.mode().pkrs == 8);
}

// --- Flags and faults.

TEST_CASE("only an access that succeeds sets flags") {
  CpuWithTables cpu;
  cpu.map_page(kAddress, kPageA | 5);
  CHECK(cpu.write() == page_fault(3));
  CHECK(cpu.pte() == (kPageA | 5));
  CHECK(cpu.read() == kNoFault);
  CHECK(cpu.pte() == (kPageA | 0x25));
  CHECK(cpu.write() == page_fault(3));
  CHECK(cpu.pte() == (kPageA | 0x25));
}

TEST_CASE("a write through a translation without D walks again and sets it") {
  CpuWithTables cpu;
  cpu.map_page(kAddress, kPageA | 7);
  CHECK(cpu.read() == kNoFault);
  CHECK(cpu.pte() == (kPageA | 0x27));
  const AccessResult result = cpu.access(kFailed, kKernel);
  CHECK(result.ok());
  CHECK(result.page[0].found_in == TlbLevel::kFirst);
  CHECK(result.page[0].entries_read == 4);
  CHECK(result.page[0].marked.dirty);
  CHECK(result.page[0].marked.accessed == 0);
  CHECK(cpu.pte() == (kPageA | 0x67));
  CHECK(cpu.access(kWrite, kKernel).page[0].entries_read == 0);
  CHECK(cpu.mmu.tlb().size() == 1);
}

TEST_CASE("the walk for D sees what memory says by then") {
  CpuWithTables cpu;
  cpu.map_page(kAddress, kPageA | 7);
  CHECK(cpu.read() == kNoFault);
  cpu.set_pte(kPageB | 7);
  const AccessResult result = cpu.access(kWrite, kKernel);
  CHECK(result.page[0].physical == kPageB);
  CHECK(cpu.place_of() == kPageB);
  CHECK(cpu.mmu.tlb().size() == 1);
  cpu.set_pte(kPageB | 5 | 0x20);
  cpu.mmu.invlpg(kAddress);
  CHECK(cpu.read() == kNoFault);
  cpu.set_pte(0);
  CHECK(cpu.write() == page_fault(3));  // the rights that are remembered forbid it already
  CHECK(cpu.write() == page_fault(2));
}

TEST_CASE("what happened is told: where it was found, what was read, what was set") {
  CpuWithTables cpu;
  cpu.map_page(kAddress, kPageA | 7);
  AccessResult result = cpu.access(kWrite, kKernel);
  CHECK(result.page[0].found_in == TlbLevel::kNone);
  CHECK(result.page[0].entries_read == 4);
  CHECK(result.page[0].marked.accessed == 0xf);
  CHECK(result.page[0].marked.dirty);
  result = cpu.access(kWrite, kKernel);
  CHECK(result.page[0].found_in == TlbLevel::kFirst);
  CHECK(result.page[0].entries_read == 0);
  cpu.set(Level::kPde, kNext, 0);
  result = cpu.access(kRead, kKernel, kNext);
  CHECK_FALSE(result.ok());
  CHECK(result.page[0].entries_read == 3);
}

TEST_CASE("nothing is remembered of a walk that did not succeed") {
  CpuWithTables cpu;
  CHECK(cpu.read() == page_fault(0));
  cpu.map_page(kAddress, kPageA | 1 | std::uint64_t{1} << 50);
  CHECK(cpu.read() == page_fault(9));
  cpu.map_page(kAddress, kPageA | 3);
  CHECK(cpu.user_read() == page_fault(5));
  CHECK(cpu.mmu.tlb().size() == 0);
  CHECK(cpu.read() == kNoFault);
}

TEST_CASE("a #PF drops the translation that gave it, also a global one") {
  for (const std::uint64_t global : {std::uint64_t{0}, kGlobal}) {
    CpuWithTables cpu;
    CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4GlobalPages) == kNoFault);
    cpu.map_page(kAddress, kPageA | 5 | global);
    CHECK(cpu.read() == kNoFault);
    cpu.set_pte(kPageA | 7 | global);
    CHECK(cpu.write() == page_fault(3));
    CHECK(cpu.write() == kNoFault);
  }
}

// --- Invalidations.

TEST_CASE("a translation stays as it was until it is told") {
  StaleCpu cpu(0);
  CHECK(cpu.stale());
  cpu.set(Level::kPml4e, kAddress, 0);
  CHECK(cpu.stale());
  cpu.mmu.invlpg(kAddress + 0xfff);
  CHECK(cpu.read() == page_fault(0));
}

TEST_CASE("INVLPG takes the page under the current PCID, and global ones") {
  StaleCpu other_page(0);
  other_page.mmu.invlpg(kNext);
  CHECK(other_page.stale());
  StaleCpu not_canonical(0);
  not_canonical.mmu.invlpg(kHole | kAddress);
  not_canonical.mmu.invlpg(kAddress | std::uint64_t{1} << 60);
  CHECK(not_canonical.stale());
  StaleCpu other_pcid(kCr4Pcids);
  CHECK(other_pcid.mmu.write_cr3(kKeep | PageTables::kRoot | 2) == kNoFault);
  other_pcid.mmu.invlpg(kAddress);
  CHECK(other_pcid.mmu.write_cr3(kKeep | PageTables::kRoot | 1) == kNoFault);
  CHECK(other_pcid.stale());
  StaleCpu global(kCr4Pcids | kCr4GlobalPages, 0x107);
  CHECK(global.mmu.write_cr3(kKeep | PageTables::kRoot | 2) == kNoFault);
  CHECK(global.stale());
  global.mmu.invlpg(kAddress);
  CHECK_FALSE(global.stale());
}

TEST_CASE("INVLPG takes a large page by any of its addresses") {
  CpuWithTables cpu;
  cpu.map(kAddress, PageTables::kTables[1] | 7, PageTables::kTables[2] | 7,
          PageTables::kLargePage | 0x87);
  CHECK(cpu.read() == kNoFault);
  CHECK(cpu.read(kNext) == kNoFault);
  CHECK(cpu.mmu.tlb().size() == 1);
  cpu.mmu.invlpg(kNext);
  CHECK(cpu.mmu.tlb().size() == 0);
}

TEST_CASE("MOV to CR3 without PCIDs drops all but global translations") {
  StaleCpu own(0);
  CHECK(own.mmu.write_cr3(PageTables::kRoot) == kNoFault);
  CHECK_FALSE(own.stale());
  StaleCpu no_pge(0, 0x107);
  CHECK(no_pge.mmu.write_cr3(PageTables::kRoot) == kNoFault);
  CHECK_FALSE(no_pge.stale());
  StaleCpu global(kCr4GlobalPages, 0x107);
  CHECK(global.mmu.write_cr3(PageTables::kRoot) == kNoFault);
  CHECK(global.stale());
}

TEST_CASE("MOV to CR3 with PCIDs drops those of the new PCID, or none with bit 63") {
  StaleCpu cpu(kCr4Pcids);
  CHECK(cpu.mmu.write_cr3(PageTables::kRoot | 2) == kNoFault);
  CHECK(cpu.place_of() == kPageB);
  CHECK(cpu.mmu.write_cr3(kKeep | PageTables::kRoot | 1) == kNoFault);
  CHECK(cpu.mmu.registers().cr3 == (PageTables::kRoot | 1));
  CHECK(cpu.stale());
  CHECK(cpu.mmu.write_cr3(PageTables::kRoot | 1) == kNoFault);
  CHECK_FALSE(cpu.stale());
  StaleCpu global(kCr4Pcids | kCr4GlobalPages, 0x107);
  CHECK(global.mmu.write_cr3(PageTables::kRoot | 1) == kNoFault);
  CHECK(global.stale());
}

TEST_CASE("roots of different PCIDs are apart") {
  CpuWithTables cpu;
  CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4Pcids) == kNoFault);
  cpu.map_page(kAddress, kPageA | 7);
  CHECK(cpu.read() == kNoFault);
  CHECK(cpu.mmu.write_cr3(kKeep | PageTables::kOtherRoot | 2) == kNoFault);
  CHECK(cpu.read() == page_fault(0));
  CHECK(cpu.mmu.write_cr3(kKeep | PageTables::kRoot) == kNoFault);
  CHECK(cpu.access(kRead, kKernel).page[0].entries_read == 0);
}

TEST_CASE("MOV to CR4 drops everything when PGE changes or PCIDE ends") {
  for (const std::uint64_t pge : {std::uint64_t{0}, kCr4GlobalPages}) {
    StaleCpu cpu(pge, 0x107);
    CHECK(cpu.mmu.write_cr4(kCr4Base | (pge ^ kCr4GlobalPages)) == kNoFault);
    CHECK_FALSE(cpu.stale());
  }
  StaleCpu global(kCr4Pcids | kCr4GlobalPages, 0x107);
  CHECK(global.mmu.write_cr4(kCr4Base | kCr4GlobalPages) == kNoFault);
  CHECK_FALSE(global.stale());
  StaleCpu begins(0);
  CHECK(begins.mmu.write_cr4(kCr4Base | kCr4Pcids) == kNoFault);
  CHECK(begins.stale());
}

TEST_CASE("MOV to CR4 that sets SMEP drops the current PCID's, and other bits drop nothing") {
  StaleCpu cpu(kCr4Pcids);
  CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4Pcids | kCr4Smap | kCr4UserKeys) == kNoFault);
  CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4Pcids) == kNoFault);
  CHECK(cpu.stale());
  CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4Pcids | kCr4Smep) == kNoFault);
  CHECK_FALSE(cpu.stale());
  StaleCpu other(kCr4Pcids);
  CHECK(other.mmu.write_cr3(kKeep | PageTables::kRoot | 2) == kNoFault);
  CHECK(other.mmu.write_cr4(kCr4Base | kCr4Pcids | kCr4Smep) == kNoFault);
  CHECK(other.mmu.write_cr3(kKeep | PageTables::kRoot | 1) == kNoFault);
  CHECK(other.stale());
  StaleCpu ends(kCr4Smep);
  CHECK(ends.mmu.write_cr4(kCr4Base) == kNoFault);
  CHECK(ends.stale());
}

TEST_CASE("INVPCID takes what its type says") {
  struct Row {
    std::uint64_t type, pcid, linear;
    bool own_stays, global_stays;
  };
  for (const Row& row :
       {Row{0, 1, kAddress, false, true}, Row{0, 2, kAddress, true, true},
        Row{0, 1, kNext, true, true}, Row{1, 1, 0, false, true}, Row{1, 2, 0, true, true},
        Row{2, 0, 0, false, false}, Row{3, 0, 0, false, true}}) {
    CAPTURE(row.type);
    CAPTURE(row.pcid);
    StaleCpu own(kCr4Pcids | kCr4GlobalPages);
    CHECK(own.mmu.invpcid(row.type, {row.pcid, row.linear}) == kNoFault);
    CHECK(own.stale() == row.own_stays);
    StaleCpu global(kCr4Pcids | kCr4GlobalPages, 0x107);
    CHECK(global.mmu.invpcid(row.type, {row.pcid, row.linear}) == kNoFault);
    CHECK(global.stale() == row.global_stays);
  }
}

TEST_CASE("INVPCID refuses what it does not know") {
  StaleCpu cpu(0);
  CHECK(cpu.mmu.invpcid(4, {}) == kGp);
  CHECK(cpu.mmu.invpcid(~std::uint64_t{0}, {}) == kGp);
  for (std::uint64_t type = 0; type < 4; ++type) CHECK(cpu.mmu.invpcid(type, {0x1000, 0}) == kGp);
  CHECK(cpu.mmu.invpcid(0, {1, 0}) == kGp);
  CHECK(cpu.mmu.invpcid(1, {1, 0}) == kGp);
  CHECK(cpu.mmu.invpcid(0, {0, kHole}) == kGp);
  CHECK(cpu.stale());
  CHECK(cpu.mmu.invpcid(1, {0, kHole}) == kNoFault);
  CHECK_FALSE(cpu.stale());
  CHECK(cpu.mmu.invpcid(2, {1, kHole}) == kNoFault);
}

TEST_CASE("to change NXE drops everything, so that no translation outlives its meaning") {
  StaleCpu cpu(0);
  CHECK(cpu.mmu.write_efer(cpu.mmu.registers().efer) == kNoFault);
  CHECK(cpu.stale());
  CHECK(cpu.mmu.write_efer(cpu.mmu.registers().efer & ~kEferNoExecute) == kNoFault);
  CHECK_FALSE(cpu.stale());
}

TEST_CASE("no operation of one CPU reaches the TLB of another") {
  StaleCpu cpu(0);
  Mmu other(cpu.arena, cpu.memory, PageTables::registers());
  other.invlpg(kAddress);
  CHECK(other.invpcid(2, {}) == kNoFault);
  CHECK(other.write_cr3(PageTables::kRoot) == kNoFault);
  CHECK(other.write_cr4(kCr4Base | kCr4GlobalPages) == kNoFault);
  const MemoryAccess read{kRead, kKernel, Segment::kData, 8, kAddress};
  CHECK(other.access(read).page[0].physical == kPageB);
  cpu.set_pte(0);
  other.evict(read);
  CHECK(other.access(read).fault == page_fault(0));
  CHECK(cpu.stale());
}

// --- Registers.

TEST_CASE("registers refuse what 64-bit mode does not allow, and stay as they are") {
  StaleCpu cpu(0);
  const ControlRegisters before = cpu.mmu.registers();
  for (const std::uint64_t cr0 :
       {kCr0Base & ~kCr0Paging, kCr0Base & ~kCr0ProtectionEnable, kCr0Base | kCr0NotWriteThrough,
        kCr0Base | std::uint64_t{1} << 32}) {
    CHECK(cpu.mmu.write_cr0(cr0) == kGp);
  }
  for (const unsigned bit : {40U, 51U, 52U, 62U, 63U}) {
    CHECK(cpu.mmu.write_cr3(PageTables::kRoot | std::uint64_t{1} << bit) == kGp);
  }
  for (const std::uint64_t cr4 : {std::uint64_t{0}, kCr4Base | 1U << 12, kCr4Base | 1U << 15,
                                  kCr4Base | 1U << 23, kCr4Base | std::uint64_t{1} << 32}) {
    CHECK(cpu.mmu.write_cr4(cr4) == kGp);
  }
  CHECK(cpu.mmu.write_efer(before.efer & ~kEferLongModeEnable) == kGp);
  CHECK(cpu.mmu.write_efer(before.efer | 2) == kGp);
  CHECK(cpu.mmu.registers().cr0 == before.cr0);
  CHECK(cpu.mmu.registers().cr3 == before.cr3);
  CHECK(cpu.mmu.registers().cr4 == before.cr4);
  CHECK(cpu.mmu.registers().efer == before.efer);
  CHECK(cpu.stale());
}

TEST_CASE("CR0 keeps ET set and forgets bits that it does not have") {
  CpuWithTables cpu;
  CHECK(cpu.mmu.write_cr0((kCr0Base & ~kCr0ExtensionType) | 0x1ffaffc0) == kNoFault);
  CHECK(cpu.mmu.registers().cr0 == kCr0Base);
  CHECK(cpu.mmu.write_cr0(kCr0Base | kCr0CacheDisable | kCr0NotWriteThrough) == kNoFault);
}

TEST_CASE("with PCIDs bit 63 of CR3 is an order, and bits above memory are still refused") {
  CpuWithTables cpu;
  CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4Pcids) == kNoFault);
  CHECK(cpu.mmu.write_cr3(kKeep | PageTables::kRoot | 0xfff) == kNoFault);
  CHECK(cpu.mmu.registers().pcid() == 0xfff);
  CHECK(cpu.mmu.write_cr3(kKeep | PageTables::kRoot | std::uint64_t{1} << 62) == kGp);
  CHECK(cpu.mmu.write_cr3(PageTables::kRoot | std::uint64_t{1} << 40) == kGp);
}

TEST_CASE("PCIDs begin only with PCID 0 in CR3") {
  CpuWithTables cpu;
  CHECK(cpu.mmu.write_cr3(PageTables::kRoot | 0x18) == kNoFault);  // PWT and PCD
  CHECK(cpu.mmu.registers().pcid() == 0);
  CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4Pcids) == kGp);
  CHECK(cpu.mmu.write_cr3(PageTables::kRoot) == kNoFault);
  CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4Pcids) == kNoFault);
  CHECK(cpu.mmu.write_cr3(PageTables::kRoot | 0x18) == kNoFault);
  CHECK(cpu.mmu.write_cr4(kCr4Base | kCr4Pcids | kCr4Smap) == kNoFault);
}

// --- The choice of what is stale.

TEST_CASE("would_use_stale sees another place, other rights, no page, and flags to be set") {
  StaleCpu cpu(0);
  const MemoryAccess read{kRead, kKernel, Segment::kData, 8, kAddress};
  MemoryAccess write = read;
  write.kind = kWrite;
  CHECK(cpu.mmu.would_use_stale(read));
  CHECK_FALSE(cpu.mmu.would_use_stale(write));  // it walks for D
  const auto stale_with = [&](std::uint64_t entry) {
    cpu.set_pte(entry);
    return cpu.mmu.would_use_stale(read);
  };
  CHECK_FALSE(stale_with(kPageA | 0x27));
  CHECK_FALSE(stale_with(kPageA | 0x67));
  CHECK(stale_with(kPageA | 0x25));
  CHECK(stale_with(kPageA | 0x23));
  CHECK(stale_with(kPageA | 0x27 | kNoExecute));
  CHECK(stale_with(kPageA | 0x27 | std::uint64_t{1} << 59));
  CHECK(stale_with(kPageA | 0x07));
  CHECK(stale_with(0));
  cpu.set_pte(kPageA | 0x27);
  CHECK(cpu.write() == kNoFault);
  CHECK_FALSE(cpu.mmu.would_use_stale(write));
  CHECK(stale_with(kPageA | 0x27));
  CHECK(cpu.mmu.would_use_stale(write));
}

TEST_CASE("would_use_stale says no where nothing is held") {
  CpuWithTables cpu;
  CHECK_FALSE(cpu.mmu.would_use_stale({kRead, kKernel, Segment::kData, 8, kAddress}));
  CHECK_FALSE(cpu.mmu.would_use_stale({kRead, kKernel, Segment::kData, 8, kHole}));
}

TEST_CASE("what is evicted is looked up again, on both pages of an access") {
  StaleCpu cpu(0);
  const MemoryAccess access{kRead, kKernel, Segment::kData, 8, kAddress - 4};
  cpu.map_page(kAddress - kPageBytes, kPageB | 0x27);
  CHECK(cpu.mmu.would_use_stale(access));
  cpu.mmu.evict(access);
  CHECK_FALSE(cpu.mmu.would_use_stale(access));
  CHECK_FALSE(cpu.stale());
}

TEST_CASE("a page that is large by now but lies at the same place is not stale") {
  CpuWithTables cpu;
  constexpr std::uint64_t kPart = PageTables::kLargePage + 0x2a000;
  cpu.map_page(kAddress, kPart | 7);
  CHECK(cpu.read() == kNoFault);
  cpu.set(Level::kPde, kAddress, PageTables::kLargePage | 0xa7);
  CHECK_FALSE(cpu.mmu.would_use_stale({kRead, kKernel, Segment::kData, 8, kAddress}));
}

TEST_CASE("what the TLB holds can be listed") {
  StaleCpu cpu(kCr4Pcids | kCr4GlobalPages, 0x107);
  std::pmr::vector<Translation> list;
  cpu.mmu.tlb().list(list);
  REQUIRE(list.size() == 1);
  CHECK(list[0] ==
        Translation{kAddress, kPageA, 1, PageSize::k4K, true, false, Rights{true, true, false, 0}});
}

}  // namespace
}  // namespace ipcsim::machine
