// SPDX-License-Identifier: BSD-2-Clause
// Devices, in the block `machine`.
#include <variant>

#include "scenarios/language/declaration_printer.h"
#include "scenarios/language/expression_printer.h"

namespace ipcsim::scenario {

namespace {

void add_device_header(LineText& line, const MachineDevice& device) {
  add_word_and_name(line, "device", device.name);
  line.add(": ");
  line.add(word_of(device.kind));
  if (!device.irq) return;
  line.add(" irq ");
  add_expression(line, *device.irq->pin);
  line.add(' ');
  line.add(word_of(device.irq->trigger));
}

void add_device_clause(LineText& line, const DeviceClause& clause) {
  line.add(word_of(clause.kind));
  line.add(' ');
  if (const auto* bounds = std::get_if<RangeBounds>(&clause.value)) {
    add_range(line, *bounds);
  } else {
    add_expression(line, *std::get<ExpressionPtr>(clause.value));
  }
}

}  // namespace

// Adds `device N: KIND irq N edge { at T every T }`; false when it needs lines.
bool DeclarationPrinter::add_short_device(LineText& line, const MachineDevice& device) const {
  add_device_header(line, device);
  if (!device.clauses) return true;
  if (!page_.none(device.opening) || !page_.none(device.closing)) return false;
  line.add(device.clauses->empty() ? " {}" : " {");
  for (const DeviceClause& clause : *device.clauses) {
    if (!page_.plain(clause.surroundings.get())) return false;
    line.add(' ');
    add_device_clause(line, clause);
  }
  if (!device.clauses->empty()) line.add(" }");
  return true;
}

void DeclarationPrinter::print_device(const MachineDevice& device) {
  LineText whole;
  if (add_short_device(whole, device) && (!device.clauses || page_.fits(whole))) {
    page_.add_line(whole);
    return;
  }
  LineText header;
  add_device_header(header, device);
  header.add(" {");
  page_.add_line(header);
  page_.indent(device.opening);
  for (const DeviceClause& clause : *device.clauses) {
    LineText line;
    add_device_clause(line, clause);
    page_.begin_item(clause.surroundings.get());
    page_.add_line(line);
    page_.end_item(clause.surroundings.get());
  }
  page_.outdent(device.closing);
  page_.add_line("}");
}

}  // namespace ipcsim::scenario
