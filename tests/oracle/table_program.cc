// SPDX-License-Identifier: BSD-2-Clause
#include "tests/oracle/table_program.h"

#include <cstdio>
#include <set>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "tests/oracle/table_file.h"

namespace ipcsim::oracle {

int run_tables(const std::string& program, const std::vector<std::string>& arguments,
               RunTable* run_table) {
  const auto refuse = [&program](const std::string& message) {
    fmt::print(stderr, "{}: {}\n", program, message);
    return kNotRun;
  };
  std::set<std::string> excepted;
  std::vector<std::string> tables;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] != "--exceptions") {
      if (arguments[i].starts_with('-')) return refuse("unknown option " + arguments[i]);
      tables.push_back(arguments[i]);
      continue;
    }
    if (++i == arguments.size()) return refuse("--exceptions needs a file");
    const auto lines = read_table(arguments[i]);
    if (!lines) return refuse(lines.error());
    auto names = parse_exceptions(arguments[i], *lines);
    if (!names) return refuse(names.error());
    excepted.merge(*names);
  }
  if (tables.empty()) {
    return refuse(fmt::format("usage: {} [--exceptions FILE] TABLE...", program));
  }
  Verdicts verdicts(std::move(excepted));
  for (const std::string& table : tables) {
    const auto lines = read_table(table);
    if (!lines) return refuse(lines.error());
    const std::string wrong = run_table(table, *lines, verdicts);
    if (!wrong.empty()) return refuse(wrong);
  }
  return verdicts.finish();
}

}  // namespace ipcsim::oracle
