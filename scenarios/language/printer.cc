// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/printer.h"

#include <string_view>
#include <variant>

#include "scenarios/language/declaration_printer.h"
#include "scenarios/language/expression_printer.h"
#include "scenarios/language/page.h"
#include "sim/base/stable_hash.h"

namespace ipcsim::scenario {

namespace {

constexpr std::string_view kVersionLine = "scenario 1";

}  // namespace

std::string print(const ScenarioFile& file) {
  Page page(CommentStyle::kKept);
  page.begin_item(&file.version_surroundings);
  page.add_line(kVersionLine);
  page.end_item(&file.version_surroundings);
  page.add_comments(file.documentation);
  DeclarationPrinter printer(page);
  for (const Declaration& declaration : file.declarations) {
    page.begin_item(declaration.surroundings.get());
    std::visit(printer, declaration.node);
    page.end_item(declaration.surroundings.get());
  }
  page.add_comments(file.closing);
  return page.take();
}

std::string print(const Expression& expression) {
  LineText line;
  add_expression(line, expression);
  return line.flat();
}

std::uint64_t digest(const ScenarioFile& file) {
  Page page(CommentStyle::kDropped);
  page.add_line(kVersionLine);
  DeclarationPrinter printer(page);
  for (const Declaration& declaration : file.declarations) {
    if (declaration.as<ScheduleDeclaration>() == nullptr) std::visit(printer, declaration.node);
  }
  StableHash hash;
  hash.add_raw(page.take());
  return hash.digest();
}

}  // namespace ipcsim::scenario
