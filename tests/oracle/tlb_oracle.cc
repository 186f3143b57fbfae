// SPDX-License-Identifier: BSD-2-Clause
// Runs the litmus sequences of a truth table for TLBs: each access must end in one of the outcomes
// that its line allows. Every case runs twice: with translations used as long as they are held, and
// with each one evicted before it is used.
//
// A table has cases, `case NAME TITLE`, each with one operation a line; # begins a comment line.
//   mem ENTRY VALUE             stores PML4E, PML4E(root B), PDPTE, PDE or PTE, of a fixed address
//   or
//                               of the one in brackets; no invalidation
//   access KIND cplN ADDRESS    8 bytes, r, w or x; A, B or 2M is the page that was read
//   mov cr3 V, cr4 extra V, cr0 extra V, invlpg V, invpcid type= pcid= va=
//   get ENTRY                   what the entry holds
// Behind an access stands allow={OUTCOME,...}; behind -> what the recording machines gave, which
// counts for `get` alone.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "tests/oracle/table_program.h"
#include "tests/oracle/words.h"
#include "tests/support/page_tables.h"

namespace ipcsim::oracle {
namespace {

using machine::AccessKind;
using machine::AccessResult;
using machine::FaultKind;
using machine::MemoryAccess;
using machine::Privilege;
using machine::Segment;
using machine::TableLevel;
using test::PageTables;

// What entries are for that are named without an address.
constexpr std::uint64_t kAddress = 0x2a80caa2a000;
// CR0 and CR4 of the recording kernel without the bits that the cases add.
constexpr std::uint64_t kCr0Base =
    machine::kCr0ProtectionEnable | machine::kCr0ExtensionType | machine::kCr0Paging;
constexpr std::uint64_t kCr4Base = machine::kCr4PhysicalAddressExtension;

enum class Evictions : std::uint8_t { kNone, kBeforeEveryAccess };

// The machine of one case.
class LitmusMachine {
 public:
  explicit LitmusMachine(Evictions evictions) : evictions_(evictions) {
    tables_.set(TableLevel::kPml4e, kAddress, PageTables::kTables[1] | 7);
    tables_.set(TableLevel::kPdpte, kAddress, PageTables::kTables[2] | 7);
    tables_.set(TableLevel::kPde, kAddress, PageTables::kTables[3] | 7);
    tables_.memory.store<std::uint64_t>(other_root_entry(kAddress), PageTables::kTables[1] | 7);
  }

  // One operation. The outcome of what has one; "" of what has none; nothing when it is not
  // understood.
  std::optional<std::string> run(Words words) {
    if (words.take("mem")) return store(words);
    if (words.take("get")) return load(words);
    if (words.take("access")) return access(words);
    if (words.take("mov cr3")) return number_operation(words, &LitmusMachine::move_to_cr3);
    if (words.take("cr4 extra")) return number_operation(words, &LitmusMachine::set_cr4);
    if (words.take("cr0 extra")) return number_operation(words, &LitmusMachine::set_cr0);
    if (words.take("invlpg")) return number_operation(words, &LitmusMachine::invlpg);
    if (words.take("invpcid")) return invpcid(words);
    return std::nullopt;
  }

 private:
  static std::uint64_t other_root_entry(std::uint64_t linear) {
    return PageTables::kOtherRoot +
           machine::kEntryBytes * machine::index_in_table(linear, TableLevel::kPml4e);
  }

  // PML4E, PDPTE, PDE or PTE, with [ADDRESS]; then (root B), or the size of the page it maps.
  static std::optional<std::uint64_t> place(Words& words) {
    constexpr std::array<std::string_view, machine::kTableLevels> kNames = {"PML4E", "PDPTE", "PDE",
                                                                            "PTE"};
    std::uint64_t linear = kAddress;
    std::string_view name = words.rest();
    if (name.starts_with("PML4E(root B)")) {
      if (!words.take("PML4E(root B)")) return std::nullopt;
      return other_root_entry(linear);
    }
    name = words.next();
    const std::size_t bracket = name.find('[');
    if (bracket != std::string_view::npos) {
      if (!name.ends_with(']')) return std::nullopt;
      const auto number = parse_unsigned(name.substr(bracket + 1, name.size() - bracket - 2));
      if (!number) return std::nullopt;
      linear = *number;
      name = name.substr(0, bracket);
    }
    if (!words.take("2M")) words.take("1G");
    for (std::size_t level = 0; level < kNames.size(); ++level) {
      if (kNames[level] == name) return PageTables::place(static_cast<TableLevel>(level), linear);
    }
    return std::nullopt;
  }

  std::optional<std::string> store(Words& words) {
    // The instructions that a fetch would run are of no account here.
    if (words.take("code")) return ended(words.number().has_value(), words);
    const auto at = place(words);
    const auto value = words.number();
    if (!at || !value) return std::nullopt;
    tables_.memory.store<std::uint64_t>(*at, *value);
    return ended(true, words);
  }

  std::optional<std::string> load(Words& words) {
    const auto at = place(words);
    if (!at || !words.empty()) return std::nullopt;
    return fmt::format("{:#x}", tables_.memory.load<std::uint64_t>(*at));
  }

  std::optional<std::string> access(Words& words) {
    MemoryAccess access;
    if (words.take("r")) {
      access.kind = AccessKind::kRead;
    } else if (words.take("w")) {
      access.kind = AccessKind::kWrite;
    } else if (words.take("x")) {
      access.kind = AccessKind::kFetch;
    } else {
      return std::nullopt;
    }
    if (words.take("cpl0")) {
      access.privilege = Privilege::kSupervisor;
    } else if (!words.take("cpl3")) {
      return std::nullopt;
    }
    const auto linear = words.number();
    if (!linear || !words.empty()) return std::nullopt;
    access.linear = *linear;
    if (evictions_ == Evictions::kBeforeEveryAccess) mmu_.evict(access);
    return outcome(mmu_.access(access), access.kind);
  }

  static std::string outcome(const AccessResult& result, AccessKind kind) {
    if (result.fault.kind == FaultKind::kPageFault) {
      return fmt::format("pf{:x}", result.fault.error_code);
    }
    if (!result.ok()) return result.fault.kind == FaultKind::kStackFault ? "ss" : "gp";
    if (kind != AccessKind::kRead) return "ok";
    const std::uint64_t physical = result.page[0].physical;
    const std::uint64_t page = machine::page_of(physical, machine::PageSize::k4K);
    if (page == PageTables::kPageA) return "A";
    if (page == PageTables::kPageB) return "B";
    if (machine::page_of(physical, machine::PageSize::k2M) == PageTables::kLargePage) return "2M";
    return fmt::format("{:#x}", physical);
  }

  std::optional<std::string> number_operation(
      Words& words, machine::Fault (LitmusMachine::*operation)(std::uint64_t)) {
    const auto value = words.number();
    if (!value || !words.empty()) return std::nullopt;
    return (this->*operation)(*value).none() ? "" : "gp";
  }
  machine::Fault move_to_cr3(std::uint64_t value) { return mmu_.write_cr3(value); }
  machine::Fault set_cr4(std::uint64_t extra) { return mmu_.write_cr4(kCr4Base | extra); }
  machine::Fault set_cr0(std::uint64_t extra) { return mmu_.write_cr0(kCr0Base | extra); }
  machine::Fault invlpg(std::uint64_t linear) {
    mmu_.invlpg(linear);
    return {};
  }

  std::optional<std::string> invpcid(Words& words) {
    const auto type = words.number("type");
    const auto pcid = words.number("pcid");
    const auto linear = words.number("va");
    if (!type || !pcid || !linear || !words.empty()) return std::nullopt;
    return mmu_.invpcid(*type, {*pcid, *linear}).none() ? "" : "gp";
  }

  static std::optional<std::string> ended(bool understood, const Words& words) {
    if (!understood || !words.empty()) return std::nullopt;
    return "";
  }

  Evictions evictions_;
  PageTables tables_;
  machine::Mmu mmu_{tables_.arena, tables_.memory, PageTables::registers()};
};

// --- Lines.

// One operation of a case and what may come of it.
struct Operation {
  std::size_t line = 0;  // from 1
  std::string_view text;
  std::vector<std::string> allowed;  // empty: it has no outcome
  std::uint64_t ignored = 0;         // bits of an outcome that is a number
};

// In `get NAME (D may be 0 or 1)` the bit does not count; `(A must be 1)` says nothing more than
// the value does. Both may name several bits: A and D.
bool read_note(std::string_view note, std::uint64_t& ignored) {
  const std::size_t verb = std::min(note.find(" may be 0 or 1"), note.find(" must be "));
  if (verb == std::string_view::npos) return false;
  const std::string_view rest = note.substr(verb);
  const bool varies = rest == " may be 0 or 1";
  if (!varies && rest != " must be 0" && rest != " must be 1") return false;
  for (Words names(note.substr(0, verb)); !names.empty();) {
    const std::string_view name = names.next();
    if (name == "and") continue;
    if (name != "A" && name != "D") return false;
    if (varies) {
      ignored |= name == "A" ? machine::PageTableEntry::kAccessed : machine::PageTableEntry::kDirty;
    }
  }
  return true;
}

// TEXT, TEXT allow={A,B} -> WHO:OUTCOME ..., or get NAME (NOTE) -> WHO:VALUE ...
bool read_operation(std::string_view line, Operation& operation) {
  const std::size_t arrow = line.find(" -> ");
  const std::string_view recorded =
      arrow == std::string_view::npos ? std::string_view() : trim(line.substr(arrow + 4));
  std::string_view text = trim(line.substr(0, arrow));
  const std::size_t allow = text.find(" allow={");
  if (allow != std::string_view::npos) {
    if (!text.ends_with('}')) return false;
    const std::string_view set = text.substr(allow + 8, text.size() - allow - 9);
    for (const std::string_view outcome : split(set, ',')) {
      if (trim(outcome).empty()) return false;
      operation.allowed.emplace_back(trim(outcome));
    }
    text = trim(text.substr(0, allow));
  } else if (text.starts_with("get ")) {
    const std::size_t note = text.find(" (");
    if (note != std::string_view::npos) {
      if (!text.ends_with(')')) return false;
      if (!read_note(text.substr(note + 2, text.size() - note - 3), operation.ignored)) {
        return false;
      }
      text = trim(text.substr(0, note));
    }
    // What any of the recording machines gave.
    for (const std::string_view word : split(recorded, ' ')) {
      const auto value = parse_unsigned(word.substr(word.find(':') + 1));
      if (word.find(':') == std::string_view::npos || !value) return false;
      operation.allowed.push_back(fmt::format("{:#x}", *value));
    }
  } else if (text.starts_with("access ")) {
    return false;  // an access without outcomes
  }
  operation.text = text;
  return true;
}

bool is_allowed(const Operation& operation, const std::string& outcome) {
  const auto got = parse_unsigned(outcome);
  for (const std::string& allowed : operation.allowed) {
    if (allowed == outcome) return true;
    const auto value = parse_unsigned(allowed);
    if (got && value && (*got | operation.ignored) == (*value | operation.ignored)) return true;
  }
  return operation.allowed.empty() && outcome.empty();
}

struct Case {
  std::string name;
  std::string_view title;
  std::size_t line = 0;
  std::vector<Operation> operations;
};

// Runs one case; gives what is wrong with its lines, or nothing.
std::string run_case(const std::string& path, const Case& litmus, Verdicts& verdicts) {
  std::string report;
  for (const Evictions evictions : {Evictions::kNone, Evictions::kBeforeEveryAccess}) {
    LitmusMachine machine(evictions);
    for (const Operation& operation : litmus.operations) {
      const auto outcome = machine.run(Words(operation.text));
      if (!outcome) {
        return fmt::format("{}:{}: not understood: {}", path, operation.line, operation.text);
      }
      if (is_allowed(operation, *outcome)) continue;
      report += fmt::format(
          "    {}:{}: {}{}\n      expected {}, got {}\n", path, operation.line, operation.text,
          evictions == Evictions::kNone ? "" : " (everything evicted before)",
          operation.allowed.empty() ? "no fault"
                                    : fmt::format("one of {{{}}}", join(operation.allowed, ",")),
          outcome->empty() ? "nothing" : *outcome);
    }
  }
  if (report.empty()) {
    verdicts.pass(litmus.name);
  } else {
    verdicts.fail(litmus.name, fmt::format("{}:{}: {} {}\n{}", path, litmus.line, litmus.name,
                                           litmus.title, report));
  }
  return {};
}

std::string run_table(const std::string& path, const std::vector<std::string>& lines,
                      Verdicts& verdicts) {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = trim(lines[i]);
    const auto wrong = [&](std::string_view what) {
      return fmt::format("{}:{}: {}: {}", path, i + 1, what, line);
    };
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("case ")) {
      Words words(line.substr(5));
      if (words.empty()) return wrong("a case without a name");
      cases.emplace_back();
      cases.back().name = words.next();
      cases.back().title = words.rest();
      cases.back().line = i + 1;
      continue;
    }
    if (cases.empty()) return wrong("before the first case");
    Operation operation;
    operation.line = i + 1;
    if (!read_operation(line, operation)) return wrong("not understood");
    cases.back().operations.push_back(std::move(operation));
  }
  if (cases.empty()) return fmt::format("{}:1: a table without cases", path);
  for (const Case& litmus : cases) {
    const std::string wrong = run_case(path, litmus, verdicts);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace
}  // namespace ipcsim::oracle

int main(int count, char** arguments) {
  return ipcsim::oracle::run_tables("tlb_oracle", {arguments + 1, arguments + count},
                                    &ipcsim::oracle::run_table);
}
