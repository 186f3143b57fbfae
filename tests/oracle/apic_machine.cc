// SPDX-License-Identifier: BSD-2-Clause
#include "tests/oracle/apic_machine.h"

#include <fmt/format.h>

#include "sim/base/text.h"

namespace ipcsim::oracle {
namespace {

using machine::ApicRegister;
using machine::LocalApic;

constexpr unsigned kRegisterBytes = 4;
constexpr unsigned kVectors = 256;

// Between two operations of the recording kernel, and while it waits.
constexpr Cycles kBetween = 100;
constexpr Cycles kDelay = 50'000'000;
constexpr unsigned kMostPolls = 1000;
constexpr Cycles kPoll = 100'000;

std::string hex(std::uint64_t value) { return fmt::format("{:x}", value); }

std::string vectors_in(const machine::InterruptBitmap& bank) {
  std::vector<std::string> names;
  for (unsigned vector = 0; vector < kVectors; ++vector) {
    if (bank.test(static_cast<std::uint8_t>(vector))) names.push_back(hex(vector));
  }
  return fmt::format("{{{}}}", join(names, " "));
}

std::optional<std::uint64_t> number_in(const std::vector<std::string_view>& words,
                                       std::size_t index) {
  return index < words.size() ? parse_unsigned(words[index]) : std::nullopt;
}

}  // namespace

ApicMachine::ApicMachine(unsigned cpus, StartMode mode) {
  for (unsigned number = 0; number < cpus; ++number) {
    const auto role = number == 0 ? machine::CpuRole::kBootstrap : machine::CpuRole::kApplication;
    cpus_.push_back({std::make_unique<LocalApic>(number, role, bus_)});
    bus_.add(*cpus_.back().apic);
  }
  bus_.add(io_apic_);
  for (unsigned number = 1; number < cpus; ++number) start_again(number);
  for (unsigned number = 0; number < cpus; ++number) {
    LocalApic& apic = *cpus_[number].apic;
    write(apic, ApicRegister::kSpuriousVector, 0x1ff);
    write(apic, ApicRegister::kLogicalDestination, 1U << number << 24);
    write(apic, ApicRegister::kCommandHigh, 0);
    write(apic, ApicRegister::kErrorStatus, 0);
    write(apic, ApicRegister::kErrorStatus, 0);
    if (mode == StartMode::kX2apic) {
      const std::uint64_t base = *apic.read_msr(machine::kApicBaseMsr, now_);
      apic.write_msr(machine::kApicBaseMsr, base | machine::kApicBaseX2apic, now_);
    }
  }
  struct Write {
    std::uint16_t port;
    std::uint8_t value;
  };
  constexpr Write kStart[] = {{0x20, 0x11}, {0x21, 0x20}, {0x21, 4}, {0x21, 1}, {0x21, 0xff},
                              {0xa0, 0x11}, {0xa1, 0x28}, {0xa1, 2}, {0xa1, 1}, {0xa1, 0xff}};
  for (const Write& start : kStart) pair_.write_port(start.port, start.value);
}

std::uint32_t ApicMachine::read(LocalApic& apic, ApicRegister which) {
  return apic.read_memory(static_cast<std::uint32_t>(which), kRegisterBytes, now_);
}

void ApicMachine::write(LocalApic& apic, ApicRegister which, std::uint32_t value) {
  apic.write_memory(static_cast<std::uint32_t>(which), kRegisterBytes, value, now_);
}

void ApicMachine::pass(Cycles cycles) {
  now_ += cycles;
  for (const Cpu& cpu : cpus_) cpu.apic->advance(now_);
}

std::optional<std::string> ApicMachine::run(const Words& words) {
  pass(kBetween);
  std::optional<std::string> result;
  if (words.empty()) return std::nullopt;
  if (words[0].starts_with("cpu")) {
    const auto number = parse_unsigned(words[0].substr(3));
    if (!number || *number >= cpus_.size() || words.size() < 2) return std::nullopt;
    result = run_cpu(*cpus_[*number].apic, {words.begin() + 1, words.end()});
  } else {
    result = run_board(words[0], {words.begin() + 1, words.end()});
  }
  return result;
}

std::optional<std::string> ApicMachine::run_cpu(LocalApic& apic, const Words& words) {
  const std::string_view operation = words[0];
  if (words.size() == 1) {
    if (operation == "eoi") {
      apic.x2apic() ? static_cast<void>(apic.write_msr(0x80b, 0, now_))
                    : write(apic, ApicRegister::kEndOfInterrupt, 0);
      return "";
    }
    if (operation == "readcr8") return hex(apic.read_cr8());
    if (operation == "delay") {
      pass(kDelay);
      return "";
    }
    if (operation == "wait_ccr_zero") return wait_for_zero_count(apic) ? "1" : "0";
    if (operation == "ccr_state") return count_movement(apic);
    return std::nullopt;
  }
  if (operation == "window" && words.size() == 2) return window(apic, words[1]);
  if (operation == "bank" && words.size() == 2) {
    if (words[1] == "irr") return vectors_in(apic.request());
    if (words[1] == "isr") return vectors_in(apic.in_service());
    if (words[1] == "tmr") return vectors_in(apic.trigger_mode());
    return std::nullopt;
  }
  const auto first = number_in(words, 1);
  if (!first || words.size() > 3) return std::nullopt;
  if (words.size() == 2) return run_with_number(apic, operation, *first);
  const auto second = number_in(words, 2);
  return second ? run_with_two(apic, operation, *first, *second) : std::nullopt;
}

std::optional<std::string> ApicMachine::run_with_number(LocalApic& apic, std::string_view operation,
                                                        std::uint64_t number) {
  if (operation == "read") {
    return hex(apic.read_memory(static_cast<std::uint32_t>(number), kRegisterBytes, now_));
  }
  if (operation == "cr8") return apic.write_cr8(number) ? "" : "#GP";
  if (operation == "rdmsr") {
    const auto value = apic.read_msr(static_cast<std::uint32_t>(number), now_);
    return value ? hex(*value) : "#GP";
  }
  if (operation == "wait_irr") {
    return wait_for_request(apic, static_cast<std::uint8_t>(number)) ? "1" : "0";
  }
  return std::nullopt;
}

std::optional<std::string> ApicMachine::run_with_two(LocalApic& apic, std::string_view operation,
                                                     std::uint64_t first, std::uint64_t second) {
  if (operation == "write") {
    apic.write_memory(static_cast<std::uint32_t>(first), kRegisterBytes,
                      static_cast<std::uint32_t>(second), now_);
    return "";
  }
  if (operation == "icr") {
    write(apic, ApicRegister::kCommandHigh, static_cast<std::uint32_t>(first));
    write(apic, ApicRegister::kCommandLow, static_cast<std::uint32_t>(second));
    return "";
  }
  if (operation == "wrmsr") {
    return apic.write_msr(static_cast<std::uint32_t>(first), second, now_) ? "ok" : "#GP";
  }
  return std::nullopt;
}

std::optional<std::string> ApicMachine::run_board(std::string_view operation, const Words& words) {
  if (operation == "init_sipi" && words.size() == 1 && words[0].starts_with("cpu")) {
    const auto number = parse_unsigned(words[0].substr(3));
    if (!number || *number == 0 || *number >= cpus_.size()) return std::nullopt;
    return start_again(static_cast<unsigned>(*number));
  }
  if (operation == "ioapic" && words.size() >= 2) {
    const auto index = number_in(words, 1);
    const auto value = number_in(words, 2);
    if (!index || *index > 0xff) return std::nullopt;
    io_apic_.write_memory(machine::kIoRegisterSelect, static_cast<std::uint32_t>(*index));
    if (words[0] == "read" && words.size() == 2) {
      return hex(io_apic_.read_memory(machine::kIoWindow));
    }
    if (words[0] != "write" || !value || words.size() != 3) return std::nullopt;
    io_apic_.write_memory(machine::kIoWindow, static_cast<std::uint32_t>(*value));
    return "";
  }
  const auto first = number_in(words, 0);
  const auto second = number_in(words, 1);
  if (!first || words.size() > 2) return std::nullopt;
  if (operation == "inb" && words.size() == 1) {
    const std::string value = hex(pair_.read_port(static_cast<std::uint16_t>(*first)));
    update_external();
    return value;
  }
  if (!second) return std::nullopt;
  if (operation == "line" && *first < lines_.size() && *first != 2) {
    lines_[*first] = *second != 0;
    io_apic_.set_pin(static_cast<unsigned>(*first), lines_[*first]);
    pair_.set_line(static_cast<unsigned>(*first), lines_[*first]);
  } else if (operation == "outb") {
    pair_.write_port(static_cast<std::uint16_t>(*first), static_cast<std::uint8_t>(*second));
  } else {
    return std::nullopt;
  }
  update_external();
  return "";
}

// INIT and SIPI; the recording kernel enables nothing afterwards.
std::string ApicMachine::start_again(unsigned cpu) {
  LocalApic& apic = *cpus_[cpu].apic;
  constexpr std::uint32_t kInitAssert = 0x4500;
  constexpr std::uint32_t kStartUp = 0x4608;
  LocalApic& boot = *cpus_[0].apic;
  for (const std::uint32_t command : {kInitAssert, kStartUp}) {
    write(boot, ApicRegister::kCommandHigh, cpu << 24);
    write(boot, ApicRegister::kCommandLow, command);
  }
  const bool started = apic.pending().init && apic.pending().start_up.has_value();
  apic.pending() = {};
  return started ? "started" : "waits";
}

// The output of the 8259 pair goes to LINT0 of every CPU; only the first has it open after a boot.
void ApicMachine::update_external() {
  for (const Cpu& cpu : cpus_) cpu.apic->pending().external = false;
}

std::optional<std::uint8_t> ApicMachine::take(LocalApic& apic) {
  if (apic.deliverable()) return apic.acknowledge();
  // ExtINT by a message: the pair gives the vector, as it does for LINT0.
  const bool by_message = apic.pending().external;
  const bool by_pin = &apic == cpus_[0].apic.get() && pair_.requests() && apic.admits_external();
  if (!by_message && !by_pin) return std::nullopt;
  apic.pending().external = false;
  return pair_.acknowledge();
}

std::optional<std::string> ApicMachine::window(LocalApic& apic, std::string_view mode) {
  std::vector<std::string> log;
  const auto written = [&log] { return fmt::format("[{}]", join(log, " ")); };
  if (mode == "nest" || mode == "nestppr") {
    nest(apic, mode == "nestppr", log);
    return written();
  }
  const bool once = mode == "first";
  const bool with_priority = mode == "ppr";
  const bool ends = mode == "eoi" || with_priority;
  const bool ends_pair = mode == "piceoi";
  if (!once && !ends && !ends_pair && mode != "noeoi") return std::nullopt;
  constexpr std::size_t kMost = 64;  // of a level that nobody takes away
  while (log.size() < kMost) {
    const auto vector = take(apic);
    if (!vector) break;
    log.push_back(with_priority ? fmt::format("{:x}/{:x}", *vector, apic.processor_priority())
                                : hex(*vector));
    if (ends) apic.end_of_interrupt();
    if (ends_pair) {
      constexpr std::uint8_t kEndOfInterrupt = 0x20;
      if (*vector >= 0x28) pair_.write_port(0xa0, kEndOfInterrupt);
      pair_.write_port(0x20, kEndOfInterrupt);
    }
    if (once) break;
  }
  return written();
}

// Handlers let others in before they end.
void ApicMachine::nest(LocalApic& apic, bool with_priority, std::vector<std::string>& log) {
  while (const auto vector = take(apic)) {
    log.push_back(with_priority ? fmt::format("+{:x}/{:x}", *vector, apic.processor_priority())
                                : fmt::format("+{:x}", *vector));
    nest(apic, with_priority, log);
    apic.end_of_interrupt();
    log.push_back(fmt::format("-{:x}", *vector));
  }
}

std::string ApicMachine::count_movement(LocalApic& apic) {
  const std::uint32_t before = read(apic, ApicRegister::kCurrentCount);
  pass(kBetween);
  const std::uint32_t after = read(apic, ApicRegister::kCurrentCount);
  if (before == after) return "0";
  return after < before ? "1" : "2";
}

bool ApicMachine::wait_for_zero_count(LocalApic& apic) {
  for (unsigned poll = 0; poll < kMostPolls; ++poll) {
    if (read(apic, ApicRegister::kCurrentCount) == 0) return true;
    pass(kPoll);
  }
  return false;
}

bool ApicMachine::wait_for_request(LocalApic& apic, std::uint8_t vector) {
  for (unsigned poll = 0; poll < kMostPolls; ++poll) {
    if (apic.request().test(vector)) return true;
    pass(kPoll);
  }
  return false;
}

}  // namespace ipcsim::oracle
