// SPDX-License-Identifier: BSD-2-Clause
// LocalApic: the interrupt controller of one CPU (SDM vol. 3A chapter 10), in xAPIC or x2APIC mode.
//
// What always holds:
// - A vector is at most once requested (IRR) and once in service (ISR). Its trigger mode (TMR) is
//   that of the message accepted last.
// - Only a vector whose class is above the processor priority is delivered, the highest first.
// - EOI ends the highest vector in service, whatever the handler thinks; only one that was level
//   triggered is told to the I/O APICs.
// - Disabled by software (SVR), all of the local vector table is masked.
// It holds no clock: calls that depend on time are told it, and a machine calls advance() when
// timer_expiry() has come.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "kernel_model/machine/apic_registers.h"
#include "kernel_model/machine/apic_timer.h"
#include "kernel_model/machine/interrupt_bitmap.h"
#include "kernel_model/machine/interrupt_message.h"

namespace ipcsim::machine {

// The CPU that runs the boot code, or one that waits to be started.
enum class CpuRole : std::uint8_t { kBootstrap, kApplication };

// What a CPU takes without a vector of its own, or instead of one.
struct ApicPending {
  bool nmi = false;
  bool smi = false;
  bool init = false;                     // the CPU is to be reset
  bool external = false;                 // ExtINT: the vector is the 8259's to give
  std::optional<std::uint8_t> start_up;  // SIPI: it starts at this page
};

class LocalApic {
 public:
  LocalApic(std::uint32_t id, CpuRole role, InterruptBus& bus);
  LocalApic(const LocalApic&) = delete;
  LocalApic& operator=(const LocalApic&) = delete;

  std::uint32_t id() const { return id_; }

  // --- Registers, by the CPU it belongs to. In memory: `bytes` at an offset in its page, all ones
  // and no effect where it does not answer there. An access that is not of 4 bytes at a register is
  // an illegal register (10.5.3).
  std::uint32_t read_memory(std::uint32_t offset, unsigned bytes, Cycle now);
  void write_memory(std::uint32_t offset, unsigned bytes, std::uint32_t value, Cycle now);
  // MSRs: IA32_APIC_BASE, IA32_TSC_DEADLINE and 0x800 to 0x8ff. Nothing, or false: #GP(0).
  std::optional<std::uint64_t> read_msr(std::uint32_t msr, Cycle now);
  bool write_msr(std::uint32_t msr, std::uint64_t value, Cycle now);
  // CR8, 10.8.6; false: #GP(0).
  std::uint64_t read_cr8() const { return task_priority_ >> 4; }
  bool write_cr8(std::uint64_t value);

  bool x2apic() const { return (base_ & kApicBaseX2apic) != 0; }
  bool hardware_enabled() const { return (base_ & kApicBaseEnabled) != 0; }
  bool software_enabled() const { return (spurious_ & kSoftwareEnable) != 0; }

  // --- Messages.
  bool addressed_by(const InterruptMessage& message) const;  // without its shorthand
  InterruptFate accept(const InterruptMessage& message);
  // An interrupt of this CPU's own, through the local vector table.
  InterruptFate raise(LvtEntry entry);
  // The level of a local pin; edges and levels as its entry says.
  void set_pin(LvtEntry lint, bool high);
  // Whether ExtINT of the 8259 pair comes in through LINT0.
  bool admits_external() const;

  // --- To the CPU.
  std::uint8_t processor_priority() const;
  // The vector that would be delivered now.
  std::optional<std::uint8_t> deliverable() const;
  // The CPU takes an interrupt: gives its vector, now in service, or the spurious vector.
  std::uint8_t acknowledge();
  void end_of_interrupt();
  ApicPending& pending() { return pending_; }
  const ApicPending& pending() const { return pending_; }
  bool waits_for_start_up() const { return waits_for_start_up_; }

  // --- Time.
  Cycle timer_expiry() const { return timer_.expiry(); }
  // Lets every expiry up to `now` happen.
  void advance(Cycle now);

  const InterruptBitmap& request() const { return request_; }
  const InterruptBitmap& in_service() const { return in_service_; }
  const InterruptBitmap& trigger_mode() const { return trigger_mode_; }

 private:
  std::uint32_t lvt(LvtEntry entry) const { return lvt_[static_cast<std::size_t>(entry)]; }
  std::uint32_t& lvt(LvtEntry entry) { return lvt_[static_cast<std::size_t>(entry)]; }
  static std::optional<LvtEntry> lvt_at(std::uint32_t offset);

  // Registers by offset, alike in both modes; the offset must exist.
  std::uint32_t read(std::uint32_t offset, Cycle now) const;
  void write(std::uint32_t offset, std::uint32_t value, Cycle now);
  void write_spurious(std::uint32_t value);
  void write_lvt(LvtEntry entry, std::uint32_t value);
  bool write_base(std::uint64_t value);
  void write_x2apic(std::uint32_t offset, std::uint64_t value, Cycle now);
  static std::uint64_t x2apic_bits(std::uint32_t offset);
  void send_command();
  void send_command(const InterruptMessage& message);

  void reset();
  void set_error(std::uint32_t bit);
  InterruptFate request_vector(std::uint8_t vector, TriggerMode trigger);
  InterruptFate pass_without_vector(DeliveryMode mode);
  InterruptFate start_up(std::uint8_t page);
  bool in_cluster_or_flat(std::uint8_t destination) const;

  std::uint32_t id_;
  CpuRole role_;
  InterruptBus& bus_;
  std::uint64_t base_;

  std::uint32_t task_priority_ = 0;
  std::uint32_t logical_destination_ = 0;
  std::uint32_t destination_format_ = ~0U;
  std::uint32_t spurious_ = kSpuriousVectorReset;
  std::uint32_t errors_ = 0;  // found since the last write
  std::uint32_t error_status_ = 0;
  std::uint32_t command_low_ = 0;
  std::uint32_t command_high_ = 0;
  std::array<std::uint32_t, kLvtEntries> lvt_{};
  std::array<bool, 2> pin_high_{};  // LINT0, LINT1
  ApicTimer timer_;

  InterruptBitmap request_;
  InterruptBitmap in_service_;
  InterruptBitmap trigger_mode_;
  ApicPending pending_;
  bool waits_for_start_up_ = false;
};

}  // namespace ipcsim::machine
