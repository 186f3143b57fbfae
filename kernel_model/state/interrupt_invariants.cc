// SPDX-License-Identifier: BSD-2-Clause
#include <fmt/format.h>

#include "kernel_model/state/invariants.h"

namespace ipcsim::kernel {
namespace {

constexpr std::uint64_t kEntryMasked = 1U << 16;  // 82093AA 3.2.4

// Whatever a local APIC accepted is pending there, or was taken by its CPU.
std::optional<Violation> check_accounts(const KernelState& state) {
  std::uint64_t accepted = state.interrupts.total().count(machine::Acceptance::kAccepted);
  std::uint64_t pending = 0;
  std::uint64_t taken = 0;
  for (const Processor* const processor : state.scheduler.processors()) {
    const machine::Cpu& cpu = processor->cpu;
    accepted += cpu.apic().local_total().count(machine::Acceptance::kAccepted);
    pending += cpu.apic().request().count();
    taken += cpu.acknowledged();
  }
  if (accepted == pending + taken) return std::nullopt;
  return violated(
      fmt::format("of {} interrupts {} are pending and {} were taken", accepted, pending, taken));
}

std::optional<Violation> check_line(const KernelState& state, const InterruptLine& line) {
  const std::string_view name = state.devices[line.device.value()]->description().name;
  const bool masked = (state.interrupts.io_apic().entry(line.pin) & kEntryMasked) != 0;
  if (masked != line.masked) {
    return violated(fmt::format("the kernel takes the line of {} for {}", name,
                                line.masked ? "masked" : "unmasked"));
  }
  if (line.unanswered > 1) {
    return violated(fmt::format("the driver of {} was told {} times before it acknowledged", name,
                                line.unanswered));
  }
  if (line.masked != line.must_be_masked()) {
    return violated(fmt::format(
        "the line of {} is {}", name,
        !line.masked ? "open, and nobody is ready for it" : "masked, and nothing opens it again"));
  }
  if (line.driver.valid() && state.ipc[line.driver].state != EndState::kKernelSocket) {
    return violated(fmt::format("the socket of {}'s driver is closed", name));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Violation> check_interrupts(const KernelState& state) {
  if (auto violation = check_accounts(state)) return violation;
  for (const InterruptLine* const line : state.lines) {
    if (auto violation = check_line(state, *line)) return violation;
  }
  return std::nullopt;
}

}  // namespace ipcsim::kernel
