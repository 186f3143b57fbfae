// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/device_checker.h"

#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "kernel_model/machine/io_apic.h"
#include "scenarios/language/check_limits.h"
#include "scenarios/language/integer_operations.h"

namespace ipcsim::scenario {

namespace {

using enum DeviceClauseKind;

constexpr std::int64_t kLastCycle = std::numeric_limits<std::int64_t>::max();
constexpr IntegerBounds kSpan{0, kLastCycle};
constexpr std::int64_t kLastPin = machine::IoApic::kPins - 1;

std::string_view describe(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::kSource:
      return "a source of interrupts";
    case DeviceKind::kSerial:
      return "a serial port";
    case DeviceKind::kBlock:
      return "a block device";
    case DeviceKind::kTimer:
      return "a timer";
  }
  return "";
}

bool has(DeviceKind kind, DeviceClauseKind clause) {
  switch (clause) {
    case kAt:
    case kAfter:
    case kEvery:
    case kCount:
    case kJitter:
      return kind != DeviceKind::kBlock;
    case kBurst:
      return kind == DeviceKind::kSource || kind == DeviceKind::kSerial;
    case kBytes:
    case kDelay:
      return kind == DeviceKind::kSerial || kind == DeviceKind::kBlock;
  }
  return false;
}

const Expression& expression_of(const DeviceClause& clause) {
  return *std::get<ExpressionPtr>(clause.value);
}

}  // namespace

void DeviceChecker::check() {
  for (const Declaration& declaration : state_.modules[Modules::kMain].tree.declarations) {
    const auto* block = declaration.as<MachineDeclaration>();
    if (block == nullptr) continue;
    for (const MachineItem& item : block->items) {
      if (const auto* node = std::get_if<MachineDevice>(&item.node)) device(*node);
    }
  }
  find_pins();
}

void DeviceChecker::device(const MachineDevice& node) {
  const std::size_t errors = state_.diagnostics.error_count();
  CheckedDevice device;
  device.name = node.name.text;
  device.kind = node.kind;
  take_pin(node, device);
  Clauses clauses{};
  if (node.clauses) {
    for (const DeviceClause& clause : *node.clauses) {
      if (!fits(clause, node.kind)) continue;
      clauses[static_cast<std::size_t>(clause.kind)] = &clause;
      read(clause, device);
    }
  }
  check_times(clauses);
  if (state_.diagnostics.error_count() == errors) warn_of_silence(node, device);
  state_.result.machine.devices.push_back(std::move(device));
}

void DeviceChecker::take_pin(const MachineDevice& node, CheckedDevice& device) {
  if (!node.irq) {
    pinless_.emplace(state_.result.machine.devices.size(), node.name.range);
    return;
  }
  device.trigger = node.irq->trigger;
  const Expression& expression = *node.irq->pin;
  const auto pin =
      constants_.integer(expression, kMainFile, "a pin of the I/O APIC", {0, kLastPin});
  if (!pin) return;
  device.pin = static_cast<unsigned>(*pin);
  const auto [other, fresh] = taken_.emplace(device.pin, node.name.range);
  if (fresh) return;
  state_.diagnostics
      .report(DiagnosticCode::pin_taken, expression.range,
              fmt::format("there is a device on pin {} already", device.pin))
      .with_secondary(other->second, "this one")
      .with_help("without `irq` a device is put on a pin that is free");
}

void DeviceChecker::find_pins() {
  unsigned pin = 0;
  for (const auto& [index, name] : pinless_) {
    while (taken_.contains(pin)) ++pin;
    if (pin > kLastPin) {
      state_.diagnostics.report(
          DiagnosticCode::pin_taken, name,
          fmt::format("there is no pin left for this device, there are {}", kLastPin + 1));
      return;
    }
    taken_.emplace(pin, name);
    state_.result.machine.devices[index].pin = pin;
  }
}

bool DeviceChecker::fits(const DeviceClause& clause, DeviceKind kind) {
  if (has(kind, clause.kind)) return true;
  Diagnostic& diagnostic = state_.diagnostics.report(
      DiagnosticCode::device_clause, clause.range,
      fmt::format("{} has no `{}`", describe(kind), word_of(clause.kind)));
  if (kind == DeviceKind::kBlock) {
    diagnostic.with_help("it acts when its driver tells it to");
  }
  return false;
}

// What says how often, how many and how late needs something to begin with.
void DeviceChecker::check_times(const Clauses& clauses) {
  const auto said = [&](DeviceClauseKind kind) { return clauses[static_cast<std::size_t>(kind)]; };
  const DeviceClause* const at = said(kAt);
  const DeviceClause* const after = said(kAfter);
  if (at != nullptr && after != nullptr) {
    const bool in_order = at->range < after->range;
    state_.diagnostics
        .report(DiagnosticCode::device_clause, (in_order ? after : at)->range,
                "a device begins at a cycle or after something, not both")
        .with_secondary((in_order ? at : after)->range, "this is there already");
  }
  for (const DeviceClauseKind kind : {kEvery, kCount, kBurst, kJitter}) {
    if (said(kind) == nullptr || at != nullptr || after != nullptr) continue;
    state_.diagnostics.report(
        DiagnosticCode::device_clause, said(kind)->range,
        fmt::format("`{}` says nothing without `at` or `after`", word_of(kind)));
    return;
  }
  if (said(kCount) == nullptr || said(kEvery) != nullptr) return;
  state_.diagnostics.report(DiagnosticCode::device_clause, said(kCount)->range,
                            "`count` says nothing without `every`: there is one time only");
}

void DeviceChecker::read(const DeviceClause& clause, CheckedDevice& device) {
  const auto number = [&](std::string_view what, IntegerBounds bounds) {
    const auto value = constants_.integer(expression_of(clause), kMainFile, what, bounds);
    return static_cast<std::uint64_t>(value.value_or(bounds.least));
  };
  switch (clause.kind) {
    case kAt:
      device.at = number("a cycle", kSpan);
      return;
    case kAfter:
      device.after = &expression_of(clause);
      return;
    case kEvery:
      device.every = number("the time from one event to the next", {1, kLastCycle});
      return;
    case kCount:
      device.count = number("a number of times", {1, kLastCycle});
      return;
    case kBurst:
      device.burst = number("the number of events at one time", {1, kMaximumBurst});
      return;
    case kDelay:
      device.delay = number("a delay in cycles", kSpan);
      return;
    case kJitter:
      read_jitter(std::get<RangeBounds>(clause.value), device);
      return;
    case kBytes:
      break;
  }
  const Expression& expression = expression_of(clause);
  const auto value = constants_.evaluate(expression, kMainFile);
  if (!value) return;
  if (const auto* bytes = std::get_if<std::string>(&*value)) {
    device.bytes = *bytes;
    return;
  }
  state_.diagnostics.report(
      DiagnosticCode::wrong_kind, expression.range,
      fmt::format("expected bytes, found {}", describe(static_value(*value).kind)));
}

void DeviceChecker::read_jitter(const RangeBounds& bounds, CheckedDevice& device) {
  const auto limit = [&](const ExpressionPtr& expression) {
    return constants_.integer(*expression, kMainFile, "how many cycles later it happens",
                              {0, kMaximumJitter});
  };
  const auto first = limit(bounds.first);
  const auto last = limit(bounds.last);
  if (!first || !last) return;
  if (*first > *last) {
    report_empty_range(state_.diagnostics, bounds, *first, *last);
    return;
  }
  device.jitter_from = static_cast<Cycles>(*first);
  device.jitter_to = static_cast<Cycles>(*last);
}

// A device that never does what it is there for. A serial port ends with its bytes.
void DeviceChecker::warn_of_silence(const MachineDevice& node, CheckedDevice& device) {
  const bool acts = device.at.has_value() || device.after != nullptr;
  const auto warn = [&](std::string message, std::string_view help) {
    state_.diagnostics.report(DiagnosticCode::silent_device, node.name.range, std::move(message))
        .with_help(std::string(help));
  };
  if (device.kind == DeviceKind::kSource && !acts) {
    warn(fmt::format("`{}` never acts", device.name), "`at` or `after` says from when on");
  }
  if (device.kind != DeviceKind::kSerial) return;
  const std::uint64_t bytes = device.bytes.size();
  if (acts && bytes == 0) {
    warn(fmt::format("nothing arrives at `{}`", device.name), "`bytes` says what arrives");
  } else if (!acts && bytes != 0) {
    warn(fmt::format("the bytes of `{}` never arrive", device.name),
         "`at` or `after` says from when on");
  }
  if (!acts || bytes == 0) return;
  const std::uint64_t needed = (bytes - 1) / device.burst + 1;
  const std::uint64_t times = device.every == 0 ? 1 : device.count.value_or(needed);
  if (times < needed) {
    warn(fmt::format("{} of the {} bytes of `{}` never arrive", bytes - times * device.burst, bytes,
                     device.name),
         "at one time `burst` of them arrive, or one");
  }
  if (device.every != 0) device.count = times;
}

}  // namespace ipcsim::scenario
