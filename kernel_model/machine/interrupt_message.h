// SPDX-License-Identifier: BSD-2-Clause
// InterruptMessage: what travels between I/O APICs and local APICs, and what becomes of it; and
// InterruptBus, the way there. Every message ends as exactly one InterruptFate at each of its
// targets, so that all interrupts of a run can be accounted for.
#pragma once

#include <cstdint>
#include <string_view>

namespace ipcsim::machine {

// The encoding of ICR, LVT and redirection entries (SDM vol. 3A 10.5.1, 10.6.1; 82093AA 3.2.4).
enum class DeliveryMode : std::uint8_t {
  kFixed = 0,
  kLowestPriority = 1,
  kSmi = 2,
  kReserved = 3,
  kNmi = 4,
  kInit = 5,
  kStartUp = 6,   // of ICR alone
  kExternal = 7,  // ExtINT: the vector comes from an 8259
};

enum class DestinationMode : std::uint8_t { kPhysical, kLogical };
enum class TriggerMode : std::uint8_t { kEdge, kLevel };
// SDM vol. 3A 10.6.1, destination shorthand.
enum class Shorthand : std::uint8_t { kNone, kSelf, kAll, kAllButSelf };

// Vectors below are no interrupts for an APIC (SDM vol. 3A 10.5.2).
inline constexpr std::uint8_t kFirstLegalVector = 16;

struct InterruptMessage {
  std::uint8_t vector = 0;
  DeliveryMode mode = DeliveryMode::kFixed;
  TriggerMode trigger = TriggerMode::kEdge;
  DestinationMode destination_mode = DestinationMode::kPhysical;
  Shorthand shorthand = Shorthand::kNone;
  std::uint32_t destination = 0;  // 8 bits, but 32 from a local APIC in x2APIC mode
  bool wide = false;              // it has 32 bits
};

enum class InterruptFate : std::uint8_t {
  kAccepted,          // requests, or makes something pending, that was not
  kCoalesced,         // the same is requested already
  kMasked,            // by the entry or LVT register it comes through
  kRemoteIrr,         // a level that was delivered and has had no EOI yet
  kNoTarget,          // nobody has this destination
  kHardwareDisabled,  // IA32_APIC_BASE[11] is 0
  kSoftwareDisabled,  // SVR[8] is 0
  kIllegalVector,     // below 16; error status tells
  kReservedMode,      // no delivery mode
  kNotWaiting,        // a start-up for a CPU that does not wait for one
};
std::string_view name_of(InterruptFate fate);  // "accepted", ...

class InterruptBus {
 public:
  // To the local APICs that the destination names, seen from the one with id `from`.
  virtual void send(const InterruptMessage& message, std::uint32_t from) = 0;
  // A level-triggered interrupt has been handled: to all I/O APICs.
  virtual void end_of_interrupt(std::uint8_t vector) = 0;

 protected:
  ~InterruptBus() = default;
};

}  // namespace ipcsim::machine
