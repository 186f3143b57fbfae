// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/local_apic.h"

#include <initializer_list>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/apic_board.h"

namespace ipcsim::machine {
namespace {

using test::ApicBoard;
using Register = ApicBoard::Register;
using Vectors = std::vector<unsigned>;

constexpr std::uint32_t offset(Register which) { return static_cast<std::uint32_t>(which); }

TEST_CASE("the highest vector comes first, and EOI ends the highest in service") {
  ApicBoard board;
  for (const unsigned vector : {0x31U, 0x92U, 0x91U, 0x55U}) {
    board.send_to_self(static_cast<std::uint8_t>(vector));
  }
  CHECK(board.requested() == Vectors{0x31, 0x55, 0x91, 0x92});
  CHECK(board.cpu(0).acknowledge() == 0x92);
  CHECK(board.cpu(0).processor_priority() == 0x90);
  CHECK_FALSE(board.cpu(0).deliverable());  // 0x91 is of the same class
  board.send_to_self(0xa0);
  CHECK(board.cpu(0).acknowledge() == 0xa0);
  CHECK(board.serving() == Vectors{0x92, 0xa0});
  board.write(Register::kEndOfInterrupt, 0);
  CHECK(board.serving() == Vectors{0x92});
  board.write(Register::kEndOfInterrupt, 0);
  CHECK(board.cpu(0).acknowledge() == 0x91);
}

TEST_CASE("a vector is requested once and in service once; EOI without a service does nothing") {
  ApicBoard board;
  board.write(Register::kEndOfInterrupt, 0);
  board.send_to_self(0x61);
  board.cpu(0).acknowledge();
  board.send_to_self(0x61);
  board.send_to_self(0x61);
  CHECK(board.requested() == Vectors{0x61});
  CHECK(board.serving() == Vectors{0x61});
  CHECK(board.cpu(0).accept({.vector = 0x61}) == InterruptFate::kCoalesced);
}

TEST_CASE("the task priority holds back its class and those below") {
  ApicBoard board;
  board.send_to_self(0x40);
  board.write(Register::kTaskPriority, 0x4f);
  CHECK(board.read(Register::kProcessorPriority) == 0x4f);
  CHECK_FALSE(board.cpu(0).deliverable());
  board.write(Register::kTaskPriority, 0x3f);
  CHECK(board.cpu(0).deliverable() == 0x40);
  CHECK(board.cpu(0).write_cr8(9));
  CHECK(board.read(Register::kTaskPriority) == 0x90);
  CHECK(board.cpu(0).read_cr8() == 9);
  CHECK_FALSE(board.cpu(0).write_cr8(16));
}

TEST_CASE("a task priority of the class in service shows its lower bits") {
  ApicBoard board;
  board.send_to_self(0x50);
  board.cpu(0).acknowledge();
  board.write(Register::kTaskPriority, 0x5c);
  CHECK(board.cpu(0).processor_priority() == 0x5c);
  board.write(Register::kTaskPriority, 0x4c);
  CHECK(board.cpu(0).processor_priority() == 0x50);
}

TEST_CASE("nothing deliverable at the acknowledge gives the spurious vector and no service") {
  ApicBoard board;
  board.send_to_self(0x40);
  board.write(Register::kTaskPriority, 0x80);
  CHECK(board.cpu(0).acknowledge() == 0xff);
  CHECK(board.serving().empty());
  CHECK(board.requested() == Vectors{0x40});
}

TEST_CASE("the trigger mode is that of the message accepted last") {
  ApicBoard board;
  LocalApic& apic = board.cpu(0);
  static_cast<void>(apic.accept({.vector = 0x61, .trigger = TriggerMode::kLevel}));
  CHECK(apic.trigger_mode().test(0x61));
  static_cast<void>(apic.accept({.vector = 0x61, .trigger = TriggerMode::kEdge}));
  CHECK_FALSE(apic.trigger_mode().test(0x61));
}

TEST_CASE("vectors below 16 are errors of the sender and of the receiver, and request nothing") {
  ApicBoard board;
  board.write(Register::kLvtError, 0xe1);
  board.send_to_self(0x0f);
  CHECK(board.requested() == Vectors{0xe1});
  CHECK(board.read(Register::kErrorStatus) == 0);  // not before it is written
  board.write(Register::kErrorStatus, 0);
  CHECK(board.read(Register::kErrorStatus) ==
        (kErrorSendIllegalVector | kErrorReceiveIllegalVector));
  board.write(Register::kErrorStatus, 0);
  CHECK(board.read(Register::kErrorStatus) == 0);
  board.send_to_self(0x10);
  CHECK(board.requested() == Vectors{0x10, 0xe1});
}

TEST_CASE("an access that is no register is an illegal register") {
  struct Wrong {
    std::uint32_t offset;
    unsigned bytes;
  };
  for (const Wrong& wrong : {Wrong{0x000, 4}, Wrong{0x040, 4}, Wrong{0x084, 4}, Wrong{0x080, 8},
                             Wrong{0x080, 1}, Wrong{0x3f0, 4}, Wrong{0xff0, 4}}) {
    CAPTURE(wrong.offset);
    ApicBoard board;
    CHECK(board.cpu(0).read_memory(wrong.offset, wrong.bytes, 0) == 0);
    board.cpu(0).write_memory(wrong.offset, wrong.bytes, 0x55, 0);
    board.write(Register::kErrorStatus, 0);
    CHECK(board.read(Register::kErrorStatus) == kErrorIllegalRegister);
    CHECK(board.read(Register::kTaskPriority) == 0);
  }
}

TEST_CASE("registers keep the bits that they have") {
  ApicBoard board;
  struct Bits {
    Register which;
    std::uint32_t read_back;
  };
  for (const Bits& bits :
       {Bits{Register::kTaskPriority, 0xff}, Bits{Register::kLogicalDestination, 0xff00'0000},
        Bits{Register::kDestinationFormat, 0xffff'ffff}, Bits{Register::kDivide, 0xb},
        Bits{Register::kLvtTimer, 0x710ff}, Bits{Register::kLvtThermal, 0x117ff},
        Bits{Register::kLvtLint1, 0x1f7ff}, Bits{Register::kLvtError, 0x110ff},
        Bits{Register::kVersion, kApicVersion}, Bits{Register::kProcessorPriority, 0xff},
        Bits{Register::kArbitrationPriority, 0}, Bits{Register::kInService, 0},
        Bits{Register::kRequest, 0}, Bits{Register::kCommandHigh, 0xff00'0000}}) {
    CAPTURE(static_cast<unsigned>(bits.which));
    board.write(bits.which, ~0U);
    CHECK(board.read(bits.which) == bits.read_back);
  }
}

TEST_CASE("disabled by software, the local vector table is masked and stays so") {
  ApicBoard board;
  board.write(Register::kLvtTimer, 0x31);
  board.write(Register::kSpuriousVector, 0xff);
  CHECK(board.read(Register::kLvtTimer) == 0x1'0031);
  board.write(Register::kLvtTimer, 0x31);
  CHECK(board.read(Register::kLvtTimer) == 0x1'0031);
  CHECK(board.cpu(0).accept({.vector = 0x61}) == InterruptFate::kSoftwareDisabled);
  CHECK(board.cpu(0).accept({.mode = DeliveryMode::kNmi}) == InterruptFate::kAccepted);
}

TEST_CASE("disabled by hardware, it does not answer in memory, and CR8 works") {
  ApicBoard board;
  LocalApic& apic = board.cpu(0);
  const std::uint64_t base = *apic.read_msr(kApicBaseMsr, 0);
  CHECK(base == 0xfee0'0900);
  REQUIRE(apic.write_msr(kApicBaseMsr, base & ~kApicBaseEnabled, 0));
  CHECK(apic.read_memory(offset(Register::kVersion), 4, 0) == ~0U);
  CHECK(apic.accept({.vector = 0x61}) == InterruptFate::kHardwareDisabled);
  CHECK(apic.write_cr8(3));
  CHECK(apic.read_cr8() == 3);
  REQUIRE(apic.write_msr(kApicBaseMsr, base, 0));
  CHECK(board.read(Register::kSpuriousVector) == kSpuriousVectorReset);
}

TEST_CASE("the modes follow on each other as the manual draws it") {
  constexpr std::uint64_t kDisabled = kApicBaseAddress;
  constexpr std::uint64_t kXapic = kApicBaseAddress | kApicBaseEnabled;
  constexpr std::uint64_t kX2apic = kXapic | kApicBaseX2apic;
  ApicBoard board;
  LocalApic& apic = board.cpu(0);
  CHECK_FALSE(apic.write_msr(kApicBaseMsr, kApicBaseAddress | kApicBaseX2apic, 0));
  CHECK(apic.write_msr(kApicBaseMsr, kX2apic, 0));
  CHECK_FALSE(apic.write_msr(kApicBaseMsr, kXapic, 0));
  CHECK(apic.write_msr(kApicBaseMsr, kDisabled, 0));
  CHECK_FALSE(apic.write_msr(kApicBaseMsr, kX2apic, 0));
  CHECK(apic.write_msr(kApicBaseMsr, kXapic, 0));
  CHECK_FALSE(apic.write_msr(kApicBaseMsr, kXapic | 1, 0));
  CHECK_FALSE(apic.write_msr(kApicBaseMsr, kXapic | std::uint64_t{1} << 40, 0));
}

TEST_CASE("in x2APIC mode registers are MSRs, and reserved bits fault") {
  ApicBoard board(2);
  LocalApic& apic = board.cpu(1);
  CHECK_FALSE(apic.read_msr(0x808, 0));
  REQUIRE(apic.write_msr(kApicBaseMsr, kApicBaseAddress | kApicBaseEnabled | kApicBaseX2apic, 0));
  CHECK(apic.read_msr(0x802, 0) == 1);
  CHECK(apic.read_msr(0x80d, 0) == 2);
  CHECK(apic.read_memory(offset(Register::kVersion), 4, 0) == ~0U);
  for (const std::uint32_t absent : {0x809U, 0x80eU, 0x831U, 0x8ffU}) {
    CHECK_FALSE(apic.read_msr(absent, 0));
    CHECK_FALSE(apic.write_msr(absent, 0, 0));
  }
  CHECK_FALSE(apic.read_msr(0x80b, 0));
  CHECK_FALSE(apic.write_msr(0x802, 0, 0));
  CHECK_FALSE(apic.write_msr(0x808, 0x100, 0));
  CHECK(apic.write_msr(0x808, 0x25, 0));
  CHECK_FALSE(apic.write_msr(0x80b, 1, 0));
  CHECK_FALSE(apic.write_msr(0x828, 1, 0));
  CHECK_FALSE(apic.write_msr(0x83e, 4, 0));
  CHECK(apic.write_msr(0x83f, 0x61, 0));
  CHECK(board.requested(1) == Vectors{0x61});
}

TEST_CASE("INIT forgets everything but the id; a start-up counts for who waits for one") {
  ApicBoard board(2);
  board.write(Register::kTaskPriority, 0x33, 1);
  board.send(0x4061, 1);
  CHECK(board.cpu(1).waits_for_start_up());
  board.send(0x4608, 1);
  CHECK(board.cpu(1).pending().start_up == 8);
  CHECK(board.cpu(1).accept({.vector = 9, .mode = DeliveryMode::kStartUp}) ==
        InterruptFate::kNotWaiting);
  board.send(0xc500, 1);  // INIT, level trigger
  CHECK(board.cpu(1).pending().init);
  CHECK(board.read(Register::kTaskPriority, 1) == 0);
  CHECK(board.read(Register::kId, 1) == 0x0100'0000);
  CHECK(board.requested(1).empty());
  board.cpu(1).pending() = {};
  board.send(0x8500, 1);  // de-assert: without effect
  CHECK_FALSE(board.cpu(1).pending().init);
}

TEST_CASE("the timer's interrupt is lost while its entry is masked") {
  ApicBoard board;
  board.write(Register::kDivide, 0b1011);
  board.write(Register::kLvtTimer, 0x1'0051);
  board.write(Register::kInitialCount, 1000);
  CHECK(board.cpu(0).timer_expiry() == 1000);
  board.cpu(0).advance(1000);
  board.write(Register::kLvtTimer, 0x51);
  CHECK(board.requested().empty());
  board.write(Register::kInitialCount, 1000);
  board.cpu(0).advance(999);
  CHECK(board.requested().empty());
  board.cpu(0).advance(1000);
  CHECK(board.requested() == Vectors{0x51});
}

TEST_CASE("a local pin delivers as its entry says") {
  ApicBoard board;
  LocalApic& apic = board.cpu(0);
  CHECK(apic.raise(LvtEntry::kLint0) == InterruptFate::kMasked);
  board.write(Register::kLvtLint1, 0x400);
  apic.set_pin(LvtEntry::kLint1, true);
  CHECK(apic.pending().nmi);
  board.write(Register::kLvtLint0, 0x700);
  CHECK(apic.admits_external());
  board.write(Register::kLvtLint0, 0x8061);  // level
  apic.set_pin(LvtEntry::kLint0, true);
  CHECK(apic.acknowledge() == 0x61);
  CHECK((board.read(Register::kLvtLint0) & kLvtRemoteIrr) != 0);
  apic.set_pin(LvtEntry::kLint0, true);
  CHECK(board.requested().empty());  // not before its EOI
  board.write(Register::kEndOfInterrupt, 0);
  CHECK(board.requested() == Vectors{0x61});
}

}  // namespace
}  // namespace ipcsim::machine
