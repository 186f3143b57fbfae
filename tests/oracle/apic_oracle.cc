// SPDX-License-Identifier: BSD-2-Clause
// Runs the cases of a truth table for local APICs, I/O APIC and the 8259 pair: every result must be
// the recorded one; `?` is not to be tested.
//
// A table has cases, `case NAME CATEGORY: TITLE`, each with one operation a line, OP or
// OP -> RESULT; behind ; stands who says so. The table explains its operations itself. In sets
// named x2NNNNN (from x20003 on in x2APIC mode at the start) and fuzzNNNN there is one CPU, in all
// others there are four.
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "tests/oracle/apic_machine.h"
#include "tests/oracle/table_program.h"
#include "tests/oracle/words.h"

namespace ipcsim::oracle {
namespace {

using machine::ApicRegister;
using machine::Level;

constexpr unsigned kManyCpus = 4;
constexpr std::uint64_t kFirstX2apicCase = 20003;

struct Operation {
  std::size_t line = 0;  // from 1
  std::string_view text;
  std::string_view expected;  // empty: none
};

struct Case {
  std::string name;
  std::string title;
  std::size_t line = 0;
  std::vector<Operation> operations;
};

// Of an operation: its result, "" if it has none; nothing if it is not understood.
using Outcome = std::optional<std::string>;

// --- Operations.

template <class Value>
Outcome in_hex(Words& words, Value value) {
  if (!words.empty()) return std::nullopt;
  return fmt::format("{:x}", value());
}

template <class Action>
Outcome without_result(Words& words, Action action) {
  if (!words.empty()) return std::nullopt;
  action();
  return "";
}

// Numbers up to a limit.
std::optional<std::uint32_t> small_number(Words& words, std::uint64_t limit) {
  const auto number = words.number();
  if (!number || *number > limit) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

constexpr std::uint64_t k32Bits = 0xffffffff;

std::optional<unsigned> cpu_of(Words& words, const ApicMachine& machine) {
  const std::string_view name = words.next();
  if (!name.starts_with("cpu")) return std::nullopt;
  const auto number = parse_unsigned(name.substr(3));
  if (!number || *number >= machine.cpus()) return std::nullopt;
  return static_cast<unsigned>(*number);
}

Outcome run_window(ApicMachine& machine, unsigned cpu, Words& words) {
  struct Named {
    std::string_view name;
    Window window;
  };
  constexpr Named kWindows[] = {
      {"eoi", Window::kEoi},        {"noeoi", Window::kNoEoi}, {"ppr", Window::kPriority},
      {"first", Window::kFirst},    {"nest", Window::kNested}, {"nestppr", Window::kNestedPriority},
      {"piceoi", Window::kEnd8259},
  };
  const std::string_view name = words.next();
  if (!words.empty()) return std::nullopt;
  for (const Named& named : kWindows) {
    if (named.name == name) return machine.open_window(cpu, named.window);
  }
  return std::nullopt;
}

Outcome run_bank(ApicMachine& machine, unsigned cpu, Words& words) {
  ApicRegister first{};
  if (words.take("irr")) {
    first = ApicRegister::kRequest;
  } else if (words.take("isr")) {
    first = ApicRegister::kInService;
  } else if (words.take("tmr")) {
    first = ApicRegister::kTriggerMode;
  } else {
    return std::nullopt;
  }
  if (!words.empty()) return std::nullopt;
  std::vector<std::string> vectors;
  for (const unsigned vector : machine.read_bank(cpu, first)) {
    vectors.push_back(fmt::format("{:x}", vector));
  }
  return fmt::format("{{{}}}", join(vectors, " "));
}

Outcome run_register(ApicMachine& machine, unsigned cpu, Words& words) {
  if (words.take("read")) {
    const auto offset = small_number(words, 0xfff);
    if (!offset) return std::nullopt;
    return in_hex(words, [&] { return machine.read(cpu, *offset); });
  }
  if (words.take("write")) {
    const auto offset = small_number(words, 0xfff);
    const auto value = small_number(words, k32Bits);
    if (!offset || !value) return std::nullopt;
    return without_result(words, [&] { machine.write(cpu, *offset, *value); });
  }
  if (words.take("rdmsr")) {
    const auto msr = small_number(words, 0x8ff);
    if (!msr || !words.empty() || !ApicMachine::has_msr(*msr)) return std::nullopt;
    return machine.read_msr(cpu, *msr);
  }
  if (!words.take("wrmsr")) return std::nullopt;
  const auto msr = small_number(words, 0x8ff);
  const auto value = words.number();
  if (!msr || !value || !words.empty() || !ApicMachine::has_msr(*msr)) return std::nullopt;
  return machine.write_msr(cpu, *msr, *value);
}

Outcome run_cpu(ApicMachine& machine, unsigned cpu, Words& words) {
  if (words.take("window")) return run_window(machine, cpu, words);
  if (words.take("bank")) return run_bank(machine, cpu, words);
  if (words.take("readcr8")) return in_hex(words, [&] { return machine.read_cr8(cpu); });
  if (words.take("ccr_state")) return in_hex(words, [&] { return machine.observe_count(cpu); });
  if (words.take("eoi")) return without_result(words, [&] { machine.end_interrupt(cpu); });
  if (words.take("delay")) return without_result(words, [&] { machine.pass_time(); });
  if (words.take("wait_ccr_zero")) {
    return in_hex(words, [&] { return machine.wait_for_zero_count(cpu) ? 1 : 0; });
  }
  if (words.take("wait_irr")) {
    const auto vector = small_number(words, 0xff);
    if (!vector) return std::nullopt;
    return in_hex(words, [&] {
      return machine.wait_for_request(cpu, static_cast<std::uint8_t>(*vector)) ? 1 : 0;
    });
  }
  if (words.take("cr8")) {
    const auto value = small_number(words, 15);
    if (!value) return std::nullopt;
    return without_result(words, [&] { machine.write_cr8(cpu, *value); });
  }
  if (words.take("icr")) {
    const auto high = small_number(words, k32Bits);
    const auto low = small_number(words, k32Bits);
    if (!high || !low) return std::nullopt;
    return without_result(words, [&] {
      machine.write(cpu, static_cast<std::uint32_t>(ApicRegister::kCommandHigh), *high);
      machine.write(cpu, static_cast<std::uint32_t>(ApicRegister::kCommandLow), *low);
    });
  }
  return run_register(machine, cpu, words);
}

Outcome run_port(ApicMachine& machine, Words& words) {
  const bool writes = words.take("outb");
  if (!writes && !words.take("inb")) return std::nullopt;
  const auto number = small_number(words, 0xffff);
  if (!number) return std::nullopt;
  const auto port = static_cast<std::uint16_t>(*number);
  if (!machine::InterruptControllerPair::has_port(port)) return std::nullopt;
  if (!writes) return in_hex(words, [&] { return machine.read_port(port); });
  const auto value = small_number(words, 0xff);
  if (!value) return std::nullopt;
  return without_result(words,
                        [&] { machine.write_port(port, static_cast<std::uint8_t>(*value)); });
}

Outcome run_io_apic(ApicMachine& machine, Words& words) {
  const bool writes = words.take("write");
  if (!writes && !words.take("read")) return std::nullopt;
  const auto index = small_number(words, 0xff);
  if (!index) return std::nullopt;
  if (!writes) return in_hex(words, [&] { return machine.read_io_apic(*index); });
  const auto value = small_number(words, k32Bits);
  if (!value) return std::nullopt;
  return without_result(words, [&] { machine.write_io_apic(*index, *value); });
}

Outcome run_operation(ApicMachine& machine, Words words) {
  if (words.rest().starts_with("cpu")) {
    const auto cpu = cpu_of(words, machine);
    return cpu ? run_cpu(machine, *cpu, words) : std::nullopt;
  }
  if (words.take("ioapic")) return run_io_apic(machine, words);
  if (words.take("init_sipi")) {
    const auto cpu = cpu_of(words, machine);
    if (!cpu || !words.empty()) return std::nullopt;
    return machine.restart(*cpu) ? "started" : "not started";
  }
  if (words.take("line")) {
    const auto number = small_number(words, machine::InterruptControllerPair::kLines - 1);
    const auto level = small_number(words, 1);
    if (!number || !level) return std::nullopt;
    return without_result(
        words, [&] { machine.set_line(*number, *level == 0 ? Level::kLow : Level::kHigh); });
  }
  return run_port(machine, words);
}

// --- Cases.

bool is_hex(std::string_view text) {
  return !text.empty() && text.size() <= 16 &&
         std::ranges::all_of(text, [](unsigned char letter) { return std::isxdigit(letter) != 0; });
}

bool is_result(std::string_view text) {
  if (text == "?" || text == "#GP" || text == "ok" || text == "started") return true;
  if (text.starts_with('[')) return text.ends_with(']');
  if (text.starts_with('{')) return text.ends_with('}');
  return is_hex(text);
}

// Numbers may have leading zeros and large letters.
bool agrees(std::string_view expected, const std::string& outcome) {
  if (expected == "?" || expected == outcome) return true;
  if (!is_hex(expected) || !is_hex(outcome)) return false;
  return parse_unsigned(fmt::format("0x{}", expected)) ==
         parse_unsigned(fmt::format("0x{}", outcome));
}

struct Setting {
  unsigned cpus = kManyCpus;
  ApicMachine::Start start = ApicMachine::Start::kXapic;
};

Setting setting_of(std::string_view name) {
  Setting setting;
  if (name.starts_with("fuzz")) setting.cpus = 1;
  const auto number = parse_unsigned(name.substr(std::min<std::size_t>(1, name.size())));
  if (name.starts_with("x2") && number && name.size() == 6) {
    setting.cpus = 1;
    if (*number >= kFirstX2apicCase) setting.start = ApicMachine::Start::kX2apic;
  }
  return setting;
}

// Gives what is wrong with the table, or nothing.
std::string run_case(const std::string& path, const Case& sequence, Verdicts& verdicts) {
  const Setting setting = setting_of(sequence.name);
  ApicMachine machine(setting.cpus, setting.start);
  std::string report;
  for (const Operation& operation : sequence.operations) {
    const Outcome outcome = run_operation(machine, Words(operation.text));
    const auto wrong = [&](std::string_view what) {
      return fmt::format("{}:{}: {}: {}", path, operation.line, what, operation.text);
    };
    if (!outcome) return wrong("not understood");
    if (operation.expected.empty()) continue;
    if (outcome->empty()) return wrong("this has no result");
    if (agrees(operation.expected, *outcome)) continue;
    report += fmt::format("    {}:{}: {}\n      expected {}, got {}\n", path, operation.line,
                          operation.text, operation.expected, *outcome);
  }
  if (report.empty()) {
    verdicts.pass(sequence.name);
  } else {
    verdicts.fail(sequence.name, fmt::format("{}:{}: {} {}\n{}", path, sequence.line, sequence.name,
                                             sequence.title, report));
  }
  return {};
}

bool read_operation(std::string_view line, Operation& operation) {
  line = line.substr(0, line.find(';'));
  const std::size_t arrow = line.find("->");
  operation.text = trim(line.substr(0, arrow));
  if (arrow == std::string_view::npos) return true;
  operation.expected = trim(line.substr(arrow + 2));
  return is_result(operation.expected);
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
    Words words(line);
    if (words.take("case")) {
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
    cases.back().operations.push_back(operation);
  }
  if (cases.empty()) return fmt::format("{}:1: a table without cases", path);
  for (const Case& sequence : cases) {
    const std::string wrong = run_case(path, sequence, verdicts);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace
}  // namespace ipcsim::oracle

int main(int count, char** arguments) {
  return ipcsim::oracle::run_tables("apic_oracle", {arguments + 1, arguments + count},
                                    &ipcsim::oracle::run_table);
}
