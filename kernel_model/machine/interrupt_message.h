// SPDX-License-Identifier: BSD-2-Clause
// InterruptMessage: what travels between interrupt controllers, and what becomes of it at each
// local APIC that it is for. Every message ends in an Acceptance at every target, so that
// interrupts can be accounted for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/base/strong_id.h"

namespace ipcsim::machine {

// The initial APIC id, which names a local APIC for good.
struct ApicIdTag;
using ApicId = StrongId<ApicIdTag>;

// Values as in ICR, LVT and the entries of an I/O APIC (SDM vol. 3A 10.5.1, 10.6.1; 82093AA 3.2.4).
enum class DeliveryMode : std::uint8_t {
  kFixed = 0,
  kLowestPriority = 1,
  kSmi = 2,
  kReserved = 3,
  kNmi = 4,
  kInit = 5,
  kStartup = 6,
  kExternal = 7,  // the vector comes from an 8259 at the acknowledge
};

enum class DestinationMode : std::uint8_t { kPhysical, kLogical };
enum class TriggerMode : std::uint8_t { kEdge, kLevel };
enum class Shorthand : std::uint8_t { kNone, kSelf, kAll, kAllButSelf };
// How wide destinations are: 8 bits from xAPICs and I/O APICs, 32 from x2APICs. All ones are a
// broadcast (10.6.2.1, 10.12.9).
enum class DestinationWidth : std::uint8_t { k8, k32 };

struct InterruptMessage {
  std::uint8_t vector = 0;
  DeliveryMode delivery = DeliveryMode::kFixed;
  TriggerMode trigger = TriggerMode::kEdge;
  DestinationMode destination_mode = DestinationMode::kPhysical;
  DestinationWidth width = DestinationWidth::k8;
  Shorthand shorthand = Shorthand::kNone;
  std::uint32_t destination = 0;
  ApicId sender;  // none: it comes from outside of the CPUs

  bool is_broadcast() const {
    return destination == (width == DestinationWidth::k8 ? 0xffU : 0xffffffffU);
  }
  friend bool operator==(const InterruptMessage&, const InterruptMessage&) = default;
};

enum class Acceptance : std::uint8_t {
  kAccepted,          // it is pending now
  kCoalesced,         // it was pending already; both are one from here on
  kMasked,            // from here on: dropped
  kSoftwareDisabled,  // SVR bit 8 is 0
  kHardwareDisabled,  // IA32_APIC_BASE.EN is 0
  kIllegalVector,     // 0 .. 15
  kNoTarget,          // nobody has this destination
  kRemoteIrr,         // the last one of this level-triggered pin has not been ended
  kReservedMode,      // a delivery mode that is none, or not one for this source
  kNotWaiting,        // SIPI, but the CPU does not wait for one
  kNoChange,          // a wire changed, or did not, without asking for an interrupt
};
inline constexpr std::size_t kAcceptances = 11;

constexpr bool is_pending(Acceptance acceptance) { return acceptance <= Acceptance::kCoalesced; }

// How often each thing became of messages; one message counts once for each of its targets.
class Delivery {
 public:
  Delivery() = default;
  explicit Delivery(Acceptance one) { add(one); }

  void add(Acceptance one) { ++count_[static_cast<std::size_t>(one)]; }
  void add(const Delivery& others) {
    for (std::size_t i = 0; i < kAcceptances; ++i) count_[i] += others.count_[i];
  }
  std::uint64_t count(Acceptance which) const { return count_[static_cast<std::size_t>(which)]; }
  std::uint64_t pending() const {
    return count(Acceptance::kAccepted) + count(Acceptance::kCoalesced);
  }
  friend bool operator==(const Delivery&, const Delivery&) = default;

 private:
  std::array<std::uint64_t, kAcceptances> count_{};
};

}  // namespace ipcsim::machine
