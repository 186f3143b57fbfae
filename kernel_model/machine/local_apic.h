// SPDX-License-Identifier: BSD-2-Clause
// LocalApic: the interrupt controller of one CPU (SDM vol. 3A chapter 10), as xAPIC or x2APIC.
//
// A fixed interrupt goes
//
//   accept() --> IRR --acknowledge()--> ISR --write to EOI--> gone, or broadcast if level triggered
//
// and NMI, SMI, INIT, SIPI and ExtINT pass by on bits of their own, which the CPU takes.
//
// What always holds:
// - No vector below 16 is in IRR or ISR; one vector is at most once in each (10.8.4).
// - deliverable() says whether the class of the highest IRR bit is above that of PPR (10.8.3.1).
// - While software-disabled every LVT entry is masked (10.4.7.2).
// - Nothing happens by itself: expire() is called at the cycle that next_expiry() gives, before
//   anything is done at a later cycle.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernel_model/machine/apic_port.h"
#include "kernel_model/machine/apic_registers.h"
#include "kernel_model/machine/apic_timer.h"
#include "kernel_model/machine/interrupt_bitmap.h"
#include "kernel_model/machine/wire_level.h"
#include "sim/base/cycles.h"

namespace ipcsim::machine {

enum class ProcessorKind : std::uint8_t { kBootstrap, kApplication };
enum class MsrWrite : std::uint8_t { kDone, kGeneralProtection };

// What reaches the CPU beside IRR. INIT has reset the local APIC when the CPU sees it.
enum class Bypass : std::uint8_t { kNmi, kSmi, kInit, kStartup };
inline constexpr std::size_t kBypasses = 4;

// Sources with an entry of the local vector table but for the LINT pins and the timer.
enum class LocalSource : std::uint8_t { kThermal, kPerformance, kError };
enum class LintPin : std::uint8_t { k0, k1 };

struct Acknowledged {
  std::uint8_t vector = 0;
  enum class Kind : std::uint8_t { kInterrupt, kSpurious } kind = Kind::kInterrupt;
};

class LocalApic {
 public:
  // The state after power-up: bootstrap or not, an xAPIC, software-disabled.
  LocalApic(ApicPort& port, ApicId id, ProcessorKind processor, const ApicFeatures& features = {});
  LocalApic(const LocalApic&) = delete;
  LocalApic& operator=(const LocalApic&) = delete;

  ApicId id() const { return id_; }
  ApicMode mode() const;
  // Physical address of the register page.
  std::uint64_t base() const { return base_ & ~std::uint64_t{0xfff}; }

  // --- Registers. The page exists in xAPIC mode alone; else it reads all ones and nothing is
  // written. An access that is not of 32 bits at a multiple of 16 is undefined (10.4.1): it is
  // taken as one to a reserved register, which reads 0, is not written, and is an error (10.5.3).
  std::uint32_t read(std::uint32_t offset, unsigned bytes, Cycle now);
  void write(std::uint32_t offset, unsigned bytes, std::uint32_t value, Cycle now);

  // IA32_APIC_BASE, IA32_TSC_DEADLINE and 800H .. 8FFH; nothing: #GP(0), and nothing has changed.
  std::optional<std::uint64_t> read_msr(std::uint32_t msr, Cycle now) const;
  MsrWrite write_msr(std::uint32_t msr, std::uint64_t value, Cycle now);

  // CR8 is TPR[7:4], in every mode (10.8.6.1).
  std::uint8_t cr8() const { return task_priority_ >> 4; }
  MsrWrite write_cr8(std::uint64_t value);

  // --- From the bus.
  bool is_destination(const InterruptMessage& message) const;
  // Whether a message of lowest priority may be given to it, and how busy it is (10.6.2.4).
  bool takes_fixed() const;
  std::uint8_t arbitration_priority() const;
  Acceptance accept(const InterruptMessage& message);

  // --- From the wires and sources of this CPU. Pins start low.
  Acceptance set_lint(LintPin pin, Level level);
  Acceptance trigger(LocalSource source);
  Cycle next_expiry() const;
  Acceptance expire(Cycle now);

  // What became of everything that came from here and not from the bus.
  const Delivery& local_total() const { return local_total_; }

  // --- To the CPU.
  bool deliverable() const;
  // From IRR to ISR. With nothing deliverable the spurious vector, which is not in service (10.9).
  Acknowledged acknowledge();
  bool is_pending(Bypass which) const { return bypass_[static_cast<std::size_t>(which)]; }
  void take(Bypass which) { bypass_[static_cast<std::size_t>(which)] = false; }
  std::uint8_t startup_vector() const { return startup_vector_; }
  bool waits_for_startup() const { return waits_for_startup_; }
  // An 8259 wants to give a vector; it goes by the state of the wire, or by a message until taken.
  bool external_pending() const;
  void take_external() { external_message_ = false; }

  const InterruptBitmap& request() const { return request_; }
  const InterruptBitmap& in_service() const { return in_service_; }
  const InterruptBitmap& trigger_modes() const { return trigger_modes_; }
  std::uint8_t processor_priority() const;

 private:
  enum LvtEntry : std::uint8_t { kTimer, kThermal, kPerformance, kLint0, kLint1, kError };
  static constexpr std::size_t kLvtEntries = 6;

  void reset();
  bool software_enabled() const { return (spurious_ & kSpuriousEnable) != 0; }
  bool timer_is_masked() const { return (lvt_[kTimer] & kLvtMasked) != 0; }
  // As the timer is at `now`: what became due while masked has gone by.
  ApicTimer timer_at(Cycle now) const;
  std::uint32_t logical_id() const;
  bool is_logical_destination(const InterruptMessage& message) const;

  std::uint32_t load(ApicRegister which, Cycle now) const;
  void store(ApicRegister which, std::uint32_t value, Cycle now);
  void store_lvt(LvtEntry entry, std::uint32_t value);
  void store_spurious(std::uint32_t value);
  MsrWrite write_base(std::uint64_t value);
  bool has_reserved_bits(ApicRegister which, std::uint64_t value) const;
  void send_command(std::uint32_t destination);
  void send(const InterruptMessage& message);
  void end_interrupt();
  void log_error(std::uint32_t error);

  Acceptance accept_vector(std::uint8_t vector, TriggerMode trigger);
  Acceptance accept_bypass(Bypass which);
  Acceptance accept_startup(std::uint8_t vector);
  Acceptance deliver_local(LvtEntry entry, TriggerMode trigger);
  Acceptance accept_entry(LvtEntry entry, TriggerMode trigger);
  bool is_level_triggered(LintPin pin) const;
  bool is_asserted(LintPin pin) const;
  Acceptance drive_lint0();

  ApicPort& port_;
  const ApicId id_;
  const ApicFeatures features_;
  std::uint64_t base_;

  std::uint8_t task_priority_ = 0;
  std::uint8_t logical_destination_ = 0;  // bits 31:24
  std::uint32_t destination_format_ = kDestinationFormatReset;
  std::uint32_t spurious_ = kSpuriousReset;
  InterruptBitmap request_;
  InterruptBitmap in_service_;
  InterruptBitmap trigger_modes_;
  std::uint32_t error_status_ = 0;   // as read
  std::uint32_t logged_errors_ = 0;  // since the last write
  std::uint32_t command_low_ = 0;
  std::uint32_t command_destination_ = 0;  // 8 bits of an xAPIC
  std::array<std::uint32_t, kLvtEntries> lvt_{};
  ApicTimer timer_;

  std::array<Level, 2> lint_{};
  Delivery local_total_;
  std::array<bool, kBypasses> bypass_{};
  bool external_message_ = false;
  bool waits_for_startup_;
  std::uint8_t startup_vector_ = 0;
};

}  // namespace ipcsim::machine
