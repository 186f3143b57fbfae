// SPDX-License-Identifier: BSD-2-Clause
// Runs the cases of a truth table for interrupt controllers.
//
// A table has cases, `case NAME TITLE`, each with one operation a line; # begins a comment line.
// Behind an operation may stand `-> RESULT   ; BASIS`; a result of ? is not specified and not
// tested. The operations are those of ApicMachine. The name tells the machine: x2smp and x have
// four CPUs, the others one; those of x2 begin in x2APIC mode, but for the first two.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "tests/oracle/apic_machine.h"
#include "tests/oracle/table_program.h"

namespace ipcsim::oracle {
namespace {

struct Operation {
  std::size_t line = 0;  // from 1
  std::string_view text;
  std::optional<std::string_view> expected;
};

struct Case {
  std::string name;
  std::string_view title;
  std::size_t line = 0;
  std::vector<Operation> operations;
};

constexpr unsigned kCpusOfSets = 4;

unsigned cpus_of(std::string_view name) {
  const bool alone =
      name.starts_with("fuzz") || (name.starts_with("x2") && !name.starts_with("x2smp"));
  return alone ? 1 : kCpusOfSets;
}

StartMode mode_of(std::string_view name) {
  constexpr std::uint64_t kLastOfXapic = 20'002;
  const auto number = name.starts_with("x2") ? parse_unsigned(name.substr(1)) : std::nullopt;
  return number && *number > kLastOfXapic ? StartMode::kX2apic : StartMode::kXapic;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

// OPERATION [-> RESULT [; BASIS]]
Operation read_operation(std::string_view line, std::size_t number) {
  Operation operation{number, trim(line), std::nullopt};
  const std::size_t arrow = line.find(" -> ");
  if (arrow == std::string_view::npos) return operation;
  operation.text = trim(line.substr(0, arrow));
  std::string_view result = line.substr(arrow + 4);
  result = trim(result.substr(0, result.find(';')));
  if (result != "?") operation.expected = result;
  return operation;
}

// Runs one case; gives what is wrong with its lines, or nothing.
std::string run_case(const std::string& path, const Case& tested, Verdicts& verdicts) {
  ApicMachine machine(cpus_of(tested.name), mode_of(tested.name));
  std::string report;
  for (const Operation& operation : tested.operations) {
    const auto result = machine.run(words_of(operation.text));
    if (!result) {
      return fmt::format("{}:{}: not understood: {}", path, operation.line, operation.text);
    }
    if (!operation.expected || *operation.expected == *result) continue;
    report +=
        fmt::format("    {}:{}: {}\n      expected {}, got {}\n", path, operation.line,
                    operation.text, *operation.expected, result->empty() ? "nothing" : *result);
  }
  if (report.empty()) {
    verdicts.pass(tested.name);
  } else {
    verdicts.fail(tested.name, fmt::format("{}:{}: {} {}\n{}", path, tested.line, tested.name,
                                           tested.title, report));
  }
  return {};
}

std::string run_apic_table(const std::string& path, const std::vector<std::string>& lines,
                           Verdicts& verdicts) {
  constexpr std::string_view kCase = "case ";
  std::optional<Case> tested;
  std::size_t number = 0;
  for (const std::string_view line : lines) {
    ++number;
    if (line.starts_with('#') || trim(line).empty()) continue;
    if (line.starts_with(kCase)) {
      if (tested) {
        const std::string wrong = run_case(path, *tested, verdicts);
        if (!wrong.empty()) return wrong;
      }
      const std::string_view rest = trim(line.substr(kCase.size()));
      const std::string_view name = rest.substr(0, rest.find(' '));
      if (name.empty()) return fmt::format("{}:{}: a case without a name", path, number);
      tested = Case{std::string(name), trim(rest.substr(name.size())), number, {}};
    } else if (line.front() != ' ' || !tested) {
      return fmt::format("{}:{}: not understood: {}", path, number, line);
    } else {
      tested->operations.push_back(read_operation(line, number));
    }
  }
  return tested ? run_case(path, *tested, verdicts) : std::string();
}

}  // namespace
}  // namespace ipcsim::oracle

int main(int count, char** words) {
  return ipcsim::oracle::run_tables("apic_oracle", {words + 1, words + count},
                                    &ipcsim::oracle::run_apic_table);
}
