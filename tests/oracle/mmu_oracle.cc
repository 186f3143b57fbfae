// SPDX-License-Identifier: BSD-2-Clause
// Runs the accesses of a truth table for page walks: one row, one access, with nothing in the TLB.
//
// A table has comma-separated columns, known by the names in its first line. The inputs are the
// mode, the access, and the entries on the way to the page, each in the table of its level (see
// tests/support/page_tables.h) at the index of the address; an entry that is blank is 0. The
// results are the fault, or none with the physical address where it could be observed, and the
// entries afterwards; of the entries in the set a_optional (1 PML4E, 2 PDPTE, 4 PDE, 8 PTE, 16 next
// PTE) the A bit may be either. A row with the fault `?` is not to be tested.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "tests/oracle/table_program.h"
#include "tests/support/page_tables.h"

namespace ipcsim::oracle {
namespace {

using machine::AccessKind;
using machine::AccessResult;
using machine::Fault;
using machine::FaultKind;
using machine::MemoryAccess;
using machine::Privilege;
using machine::Segment;
using machine::TableLevel;
using test::PageTables;

constexpr std::size_t kEntries = 5;  // PML4E, PDPTE, PDE, PTE, PTE of the next page

enum class Presence : std::uint8_t { kRequired, kOptional };

struct Column {
  std::string_view name;
  Presence presence = Presence::kRequired;
};

constexpr Column kColumns[] = {{"id"},
                               {"group"},
                               {"cr0_wp"},
                               {"cr4_smep"},
                               {"cr4_smap"},
                               {"eflags_ac"},
                               {"efer_nxe"},
                               {"cpl"},
                               {"access"},
                               {"size"},
                               {"page_size"},
                               {"va"},
                               {"pml4e"},
                               {"pdpte"},
                               {"pde"},
                               {"pte"},
                               {"pte_next"},
                               {"cr4_pke", Presence::kOptional},
                               {"cr4_pks", Presence::kOptional},
                               {"pkru", Presence::kOptional},
                               {"pkrs", Presence::kOptional},
                               {"fault"},
                               {"error_code"},
                               {"cr2"},
                               {"paddr"},
                               {"pml4e_after"},
                               {"pdpte_after"},
                               {"pde_after"},
                               {"pte_after"},
                               {"pte_next_after"},
                               {"a_optional"},
                               {"basis"}};
constexpr std::size_t kColumnCount = std::size(kColumns);

constexpr std::optional<std::size_t> column_of(std::string_view name) {
  for (std::size_t i = 0; i < kColumnCount; ++i) {
    if (kColumns[i].name == name) return i;
  }
  return std::nullopt;
}

// One row, its fields by the names of their columns. What cannot be understood is kept as the
// row's error, the first one only.
class Row {
 public:
  Row(const std::array<std::size_t, kColumnCount>& places, std::vector<std::string_view> fields)
      : places_(places), fields_(std::move(fields)) {}

  // Empty where the table has no such column.
  std::string_view text(std::string_view column) const {
    const std::size_t place = places_[*column_of(column)];
    return place == kNoColumn ? std::string_view() : fields_[place];
  }
  // Nothing for an empty field.
  std::optional<std::uint64_t> number(std::string_view column) {
    const std::string_view field = text(column);
    if (field.empty()) return std::nullopt;
    const auto value = parse_unsigned(field);
    if (!value) refuse(column, "no number");
    return value;
  }
  // Up to `most`; an empty field is 0.
  std::uint64_t number_up_to(std::string_view column, std::uint64_t most) {
    const std::uint64_t value = number(column).value_or(0);
    if (value > most) refuse(column, "too large");
    return value;
  }
  bool flag(std::string_view column) { return number_up_to(column, 1) != 0; }

  void refuse(std::string_view column, std::string_view why) {
    if (error_.empty()) error_ = fmt::format("column `{}`: {}: `{}`", column, why, text(column));
  }
  const std::string& error() const { return error_; }

  static constexpr std::size_t kNoColumn = ~std::size_t{0};

 private:
  const std::array<std::size_t, kColumnCount>& places_;
  std::vector<std::string_view> fields_;
  std::string error_;
};

// What a row says, in terms of the machine.
struct AccessCase {
  std::string name;
  machine::ControlRegisters registers = PageTables::registers();
  std::uint32_t pkru = 0;
  std::uint32_t pkrs = 0;
  MemoryAccess access;
  std::array<std::optional<std::uint64_t>, kEntries> before;

  bool tested = true;
  Fault fault;
  machine::PageSize size = machine::PageSize::k4K;
  std::optional<std::uint64_t> physical;
  std::array<std::optional<std::uint64_t>, kEntries> after;
  std::uint64_t accessed_may_vary = 0;  // a bit for each entry

  std::uint64_t place(std::size_t entry) const {
    if (entry == kEntries - 1) {
      return PageTables::place(TableLevel::kPte, access.linear + machine::kPageBytes);
    }
    return PageTables::place(static_cast<TableLevel>(entry), access.linear);
  }
};

constexpr std::array<std::string_view, kEntries> kEntryNames = {"pml4e", "pdpte", "pde", "pte",
                                                                "pte_next"};

struct AccessName {
  std::string_view name;
  AccessKind kind;
  Segment segment;
};
constexpr AccessName kAccessNames[] = {
    {"read", AccessKind::kRead, Segment::kData},
    {"write", AccessKind::kWrite, Segment::kData},
    {"fetch", AccessKind::kFetch, Segment::kData},
    {"rmw", AccessKind::kReadModifyWrite, Segment::kData},
    {"cmpxchg_fail", AccessKind::kFailedCompare, Segment::kData},
    {"read_ss", AccessKind::kRead, Segment::kStack},
    {"write_ss", AccessKind::kWrite, Segment::kStack},
};

void read_mode(Row& row, AccessCase& read) {
  const auto set = [&row](std::string_view column, std::uint64_t& into, std::uint64_t bits) {
    if (row.flag(column)) {
      into |= bits;
    } else {
      into &= ~bits;
    }
  };
  set("cr0_wp", read.registers.cr0, machine::kCr0WriteProtect);
  set("cr4_smep", read.registers.cr4, machine::kCr4Smep);
  set("cr4_smap", read.registers.cr4, machine::kCr4Smap);
  set("cr4_pke", read.registers.cr4, machine::kCr4UserKeys);
  set("cr4_pks", read.registers.cr4, machine::kCr4SupervisorKeys);
  set("efer_nxe", read.registers.efer, machine::kEferNoExecute);
  read.pkru = static_cast<std::uint32_t>(row.number_up_to("pkru", 0xffffffff));
  read.pkrs = static_cast<std::uint32_t>(row.number_up_to("pkrs", 0xffffffff));
  const std::uint64_t level = row.number_up_to("cpl", 3);
  if (level != 0 && level != 3) row.refuse("cpl", "neither 0 nor 3");
  const bool ac = row.flag("eflags_ac");
  read.access.privilege = level == 3 ? Privilege::kUser
                          : ac       ? Privilege::kSupervisorWithAc
                                     : Privilege::kSupervisor;
}

void read_access(Row& row, AccessCase& read) {
  const AccessName* found = nullptr;
  for (const AccessName& known : kAccessNames) {
    if (known.name == row.text("access")) found = &known;
  }
  if (found == nullptr) {
    row.refuse("access", "unknown");
    return;
  }
  read.access.kind = found->kind;
  read.access.segment = found->segment;
  read.access.bytes = static_cast<std::uint16_t>(row.number_up_to("size", machine::kPageBytes));
  if (read.access.bytes == 0) row.refuse("size", "no byte");
  if (row.text("va").empty()) row.refuse("va", "missing");
  read.access.linear = row.number("va").value_or(0);

  constexpr std::array<std::string_view, 3> kSizes = {"4K", "2M", "1G"};
  const std::string_view size = row.text("page_size");
  for (const machine::PageSize known : machine::kPageSizes) {
    if (kSizes[static_cast<unsigned>(known)] == size) read.size = known;
  }
  if (kSizes[static_cast<unsigned>(read.size)] != size) row.refuse("page_size", "unknown");
  for (std::size_t i = 0; i < kEntries; ++i) read.before[i] = row.number(kEntryNames[i]);
}

void read_results(Row& row, AccessCase& read) {
  constexpr std::array<std::string_view, 4> kFaults = {"none", "PF", "GP", "SS"};
  const std::string_view fault = row.text("fault");
  if (fault == "?") {
    read.tested = false;
    return;
  }
  bool known = false;
  for (std::size_t i = 0; i < kFaults.size(); ++i) {
    if (kFaults[i] != fault) continue;
    read.fault.kind = static_cast<FaultKind>(i);
    known = true;
  }
  if (!known) row.refuse("fault", "unknown");
  read.fault.error_code = static_cast<std::uint32_t>(row.number_up_to("error_code", 0xffffffff));
  if (fault == "PF") {
    if (row.text("error_code").empty()) row.refuse("error_code", "missing");
    if (row.text("cr2").empty()) row.refuse("cr2", "missing");
  }
  read.fault.linear = row.number("cr2").value_or(0);
  read.physical = row.number("paddr");
  for (std::size_t i = 0; i < kEntries; ++i) {
    const std::string column = std::string(kEntryNames[i]) + "_after";
    read.after[i] = row.number(column);
    if (read.before[i].has_value() != read.after[i].has_value()) {
      row.refuse(column, "must be given exactly where the entry is");
    }
  }
  read.accessed_may_vary = row.number_up_to("a_optional", (1U << kEntries) - 1);
}

// --- The access, and what of it differs.

std::string text_of(const Fault& fault) {
  constexpr std::array<std::string_view, 4> kFaults = {"none", "PF", "GP", "SS"};
  std::string text(kFaults[static_cast<unsigned>(fault.kind)]);
  if (fault.none()) return text;
  text += fmt::format(" code {:#x}", fault.error_code);
  if (fault.kind == FaultKind::kPageFault) text += fmt::format(" cr2 {:#x}", fault.linear);
  return text;
}

class Differences {
 public:
  void add(std::string_view what, const std::string& expected, const std::string& got) {
    text_ += fmt::format("    {}: expected {}, got {}\n", what, expected, got);
  }
  void compare(std::string_view what, std::uint64_t expected, std::uint64_t got) {
    if (expected != got) add(what, fmt::format("{:#x}", expected), fmt::format("{:#x}", got));
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// The differences as text; empty: none.
std::string run(const AccessCase& row) {
  PageTables tables;
  for (std::size_t i = 0; i < kEntries; ++i) {
    if (row.before[i]) tables.memory.store<std::uint64_t>(row.place(i), *row.before[i]);
  }
  machine::Mmu mmu(tables.arena, tables.memory, row.registers);
  mmu.write_pkru(row.pkru);
  static_cast<void>(mmu.write_pkrs(row.pkrs));
  const AccessResult result = mmu.access(row.access);

  Differences differences;
  if (result.fault != row.fault) {
    differences.add("fault", text_of(row.fault), text_of(result.fault));
  }
  if (row.fault.kind == FaultKind::kPageFault) {
    differences.compare("CR2", row.fault.linear, mmu.cr2());
  } else {
    differences.compare("CR2", 0, mmu.cr2());
  }
  if (row.physical && result.ok()) {
    differences.compare("paddr", *row.physical, result.page[0].physical);
  }
  if (row.fault.none() && result.ok()) {
    const machine::Translation* const held = mmu.tlb().peek(row.access.linear, 0);
    differences.compare("size of the page", machine::bytes_of(row.size),
                        held == nullptr ? 0 : machine::bytes_of(held->size));
  }
  for (std::size_t i = 0; i < kEntries; ++i) {
    if (!row.after[i]) continue;
    const bool varies = (row.accessed_may_vary >> i & 1) != 0;
    const std::uint64_t ignored = varies ? machine::PageTableEntry::kAccessed : 0;
    const std::uint64_t got = tables.memory.load<std::uint64_t>(row.place(i));
    if ((got & ~ignored) == (*row.after[i] & ~ignored)) continue;
    differences.compare(fmt::format("{} afterwards", kEntryNames[i]), *row.after[i], got);
  }
  return differences.text();
}

// --- Tables.

// Which field each column is; or what is wrong with the header.
Result<std::array<std::size_t, kColumnCount>, std::string> read_header(std::string_view line) {
  std::array<std::size_t, kColumnCount> places;
  places.fill(Row::kNoColumn);
  const auto names = split(line, ',');
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto column = column_of(names[i]);
    if (!column) return Failure(fmt::format("unknown column `{}`", names[i]));
    if (places[*column] != Row::kNoColumn) {
      return Failure(fmt::format("column `{}` is there twice", names[i]));
    }
    places[*column] = i;
  }
  for (std::size_t i = 0; i < kColumnCount; ++i) {
    if (kColumns[i].presence == Presence::kRequired && places[i] == Row::kNoColumn) {
      return Failure(fmt::format("column `{}` is missing", kColumns[i].name));
    }
  }
  return places;
}

// Runs all rows; gives what is wrong with the table, or nothing.
std::string run_table(const std::string& path, const std::vector<std::string>& lines,
                      Verdicts& verdicts) {
  if (lines.empty()) return fmt::format("{}:1: there is no header", path);
  const auto places = read_header(lines[0]);
  if (!places) return fmt::format("{}:1: {}", path, places.error());
  const std::size_t fields_of_row = split(lines[0], ',').size();
  std::uint64_t untested = 0;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto where = [&] { return fmt::format("{}:{}", path, i + 1); };
    const auto fields = split(lines[i], ',');
    if (fields.size() != fields_of_row) {
      return fmt::format("{}: {} fields, but {} columns", where(), fields.size(), fields_of_row);
    }
    Row row(*places, fields);
    AccessCase read;
    read.name = fmt::format("{}/{}", row.text("group"), row.text("id"));
    read_mode(row, read);
    read_access(row, read);
    read_results(row, read);
    if (!row.error().empty()) return fmt::format("{}: {}", where(), row.error());
    if (!read.tested) {
      ++untested;
      continue;
    }
    const std::string differences = run(read);
    if (differences.empty()) {
      verdicts.pass(read.name);
    } else {
      verdicts.fail(read.name,
                    fmt::format("{}: {}\n    {}\n{}", where(), read.name, lines[i], differences));
    }
  }
  if (lines.size() == 1) return fmt::format("{}:1: a table without rows", path);
  if (untested != 0) fmt::print("{}: {} rows are not to be tested\n", path, untested);
  return {};
}

}  // namespace
}  // namespace ipcsim::oracle

int main(int count, char** arguments) {
  return ipcsim::oracle::run_tables("mmu_oracle", {arguments + 1, arguments + count},
                                    &ipcsim::oracle::run_table);
}
