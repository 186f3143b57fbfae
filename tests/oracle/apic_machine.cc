// SPDX-License-Identifier: BSD-2-Clause
#include "tests/oracle/apic_machine.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace ipcsim::oracle {

using machine::ApicMode;
using machine::ApicRegister;
using machine::Level;
using machine::LocalApic;
using machine::ProcessorKind;

ApicMachine::ApicMachine(unsigned cpus, Start start) {
  for (unsigned cpu = 0; cpu < cpus; ++cpu) {
    apics_.push_back(std::make_unique<LocalApic>(
        bus_, machine::ApicId(cpu),
        cpu == 0 ? ProcessorKind::kBootstrap : ProcessorKind::kApplication));
    bus_.attach(*apics_.back());
    apics_.back()->write(0xf0, 4, 0x1ff, now_);
    apics_.back()->write(0xd0, 4, (1U << cpu) << 24, now_);
    if (start == Start::kX2apic) {
      const auto base = apics_.back()->read_msr(machine::kMsrApicBase, now_);
      apics_.back()->write_msr(machine::kMsrApicBase, *base | machine::kApicBaseX2apic, now_);
    }
  }
  bus_.attach(io_apic_);
  for (const auto& [port, value] : {std::pair<std::uint16_t, std::uint8_t>{0x20, 0x11},
                                    {0xa0, 0x11},
                                    {0x21, 0x20},
                                    {0xa1, 0x28},
                                    {0x21, 0x04},
                                    {0xa1, 0x02},
                                    {0x21, 0x01},
                                    {0xa1, 0x01},
                                    {0x21, 0xff},
                                    {0xa1, 0xff}}) {
    pair_.write_port(port, value);
  }
  lines_.resize(machine::InterruptControllerPair::kLines);
  for (unsigned number = 0; number < lines_.size(); ++number) {
    lines_[number].connect(io_apic_, number);
    if (number != machine::InterruptControllerPair::kCascadeLine) {
      lines_[number].connect(pair_, number);
    }
  }
}

// --- Time.

void ApicMachine::pass(Cycles cycles) {
  const Cycle until = now_ + cycles;
  for (;;) {
    LocalApic* first = nullptr;
    for (const auto& apic : apics_) {
      if (first == nullptr || apic->next_expiry() < first->next_expiry()) first = apic.get();
    }
    if (first->next_expiry() > until) break;
    now_ = std::max(now_, first->next_expiry());
    first->expire(now_);
  }
  now_ = until;
}

template <class Condition>
bool ApicMachine::wait(Condition condition) {
  const Cycle until = now_ + kLongestWait;
  while (!condition()) {
    if (now_ >= until) return false;
    pass(kPoll);
  }
  return true;
}

bool ApicMachine::wait_for_request(unsigned cpu, std::uint8_t vector) {
  return wait([&] { return apics_[cpu]->request().test(vector); });
}

bool ApicMachine::wait_for_zero_count(unsigned cpu) {
  return wait([&] { return read_register(cpu, ApicRegister::kCurrentCount) == 0; });
}

unsigned ApicMachine::observe_count(unsigned cpu) {
  const std::uint32_t before = read_register(cpu, ApicRegister::kCurrentCount);
  pass(kObservation);
  const std::uint32_t after = read_register(cpu, ApicRegister::kCurrentCount);
  if (after == before) return 0;
  return after < before ? 1 : 2;
}

// --- A CPU and its local APIC.

std::uint32_t ApicMachine::read(unsigned cpu, std::uint32_t offset) {
  pass(kOperation);
  return apics_[cpu]->read(offset, 4, now_);
}

void ApicMachine::write(unsigned cpu, std::uint32_t offset, std::uint32_t value) {
  pass(kOperation);
  apics_[cpu]->write(offset, 4, value, now_);
}

bool ApicMachine::has_msr(std::uint32_t msr) {
  return msr == machine::kMsrApicBase || msr == machine::kMsrTscDeadline ||
         (msr >= machine::kX2apicMsrs && msr < machine::kX2apicMsrsEnd);
}

std::string ApicMachine::read_msr(unsigned cpu, std::uint32_t msr) {
  pass(kOperation);
  const auto value = apics_[cpu]->read_msr(msr, now_);
  return value ? fmt::format("{:x}", *value) : "#GP";
}

std::string ApicMachine::write_msr(unsigned cpu, std::uint32_t msr, std::uint64_t value) {
  pass(kOperation);
  const machine::MsrWrite result = apics_[cpu]->write_msr(msr, value, now_);
  return result == machine::MsrWrite::kDone ? "ok" : "#GP";
}

std::uint8_t ApicMachine::read_cr8(unsigned cpu) {
  pass(kOperation);
  return apics_[cpu]->cr8();
}

void ApicMachine::write_cr8(unsigned cpu, std::uint64_t value) {
  pass(kOperation);
  apics_[cpu]->write_cr8(value);
}

std::uint32_t ApicMachine::read_register(unsigned cpu, ApicRegister which) {
  const auto offset = static_cast<std::uint32_t>(which);
  if (apics_[cpu]->mode() != ApicMode::kX2apic) return apics_[cpu]->read(offset, 4, now_);
  const auto value = apics_[cpu]->read_msr(machine::kX2apicMsrs + offset / 16, now_);
  return static_cast<std::uint32_t>(value.value_or(0xffffffff));
}

void ApicMachine::write_register(unsigned cpu, ApicRegister which, std::uint32_t value) {
  const auto offset = static_cast<std::uint32_t>(which);
  if (apics_[cpu]->mode() == ApicMode::kX2apic) {
    apics_[cpu]->write_msr(machine::kX2apicMsrs + offset / 16, value, now_);
  } else {
    apics_[cpu]->write(offset, 4, value, now_);
  }
}

void ApicMachine::end_interrupt(unsigned cpu) {
  pass(kOperation);
  write_register(cpu, ApicRegister::kEndOfInterrupt, 0);
}

std::vector<unsigned> ApicMachine::read_bank(unsigned cpu, ApicRegister first) {
  pass(kOperation);
  std::vector<unsigned> vectors;
  for (unsigned number = 0; number < 8; ++number) {
    const auto which = static_cast<ApicRegister>(static_cast<unsigned>(first) + 16 * number);
    const std::uint32_t value = read_register(cpu, which);
    for (unsigned bit = 0; bit < 32; ++bit) {
      if ((value >> bit & 1) != 0) vectors.push_back(32 * number + bit);
    }
  }
  return vectors;
}

bool ApicMachine::restart(unsigned cpu) {
  LocalApic& apic = *apics_[cpu];
  machine::InterruptMessage message;
  message.destination = apic.id().value();
  message.delivery = machine::DeliveryMode::kInit;
  bus_.send(message);
  if (!apic.is_pending(machine::Bypass::kInit)) return false;
  apic.take(machine::Bypass::kInit);
  pass(kOperation);
  message.delivery = machine::DeliveryMode::kStartup;
  bus_.send(message);
  if (!apic.is_pending(machine::Bypass::kStartup)) return false;
  apic.take(machine::Bypass::kStartup);
  return true;
}

// --- Delivery.

bool ApicMachine::take(unsigned cpu, std::uint8_t& vector) {
  LocalApic& apic = *apics_[cpu];
  if (apic.deliverable()) {
    vector = apic.acknowledge().vector;
    return true;
  }
  if (!apic.external_pending()) return false;
  apic.take_external();
  vector = pair_.acknowledge();
  connect_8259();
  return true;
}

// One interrupt and its handler, if there is one.
bool ApicMachine::deliver(unsigned cpu, Window window, std::vector<std::string>& log,
                          unsigned& left) {
  std::uint8_t vector = 0;
  if (left == 0 || !take(cpu, vector)) return false;
  --left;
  pass(kOperation);
  const bool nested = window == Window::kNested || window == Window::kNestedPriority;
  std::string entry = fmt::format("{}{:x}", nested ? "+" : "", vector);
  if (window == Window::kPriority || window == Window::kNestedPriority) {
    entry += fmt::format("/{:x}", read_register(cpu, ApicRegister::kProcessorPriority));
  }
  log.push_back(entry);
  if (nested) {
    while (deliver(cpu, window, log, left)) continue;
    log.push_back(fmt::format("-{:x}", vector));
  }
  if (window == Window::kEnd8259) {
    write_port(0xa0, 0x20);
    write_port(0x20, 0x20);
  } else if (window != Window::kNoEoi && window != Window::kFirst) {
    end_interrupt(cpu);
  }
  return true;
}

std::string ApicMachine::open_window(unsigned cpu, Window window) {
  pass(kOperation);
  std::vector<std::string> log;
  unsigned left = window == Window::kFirst ? 1 : kMostDeliveries;
  while (deliver(cpu, window, log, left)) continue;
  if (left == 0 && window != Window::kFirst) return "[without end]";
  return fmt::format("[{}]", join(log, " "));
}

// --- The other controllers.

void ApicMachine::connect_8259() {
  apics_[0]->set_lint(machine::LintPin::k0, pair_.requests() ? Level::kHigh : Level::kLow);
}

void ApicMachine::write_io_apic(std::uint32_t index, std::uint32_t value) {
  pass(kOperation);
  io_apic_.write(0x00, 4, index);
  io_apic_.write(0x10, 4, value);
}

std::uint32_t ApicMachine::read_io_apic(std::uint32_t index) {
  pass(kOperation);
  io_apic_.write(0x00, 4, index);
  return io_apic_.read(0x10, 4);
}

void ApicMachine::set_line(unsigned number, Level level) {
  pass(kOperation);
  lines_[number].set(level);
  connect_8259();
}

void ApicMachine::write_port(std::uint16_t port, std::uint8_t value) {
  pass(kOperation);
  pair_.write_port(port, value);
  connect_8259();
}

std::uint8_t ApicMachine::read_port(std::uint16_t port) {
  pass(kOperation);
  const std::uint8_t value = pair_.read_port(port);
  connect_8259();
  return value;
}

}  // namespace ipcsim::oracle
