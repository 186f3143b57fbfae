// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/local_apic.h"

#include <doctest/doctest.h>

#include "tests/support/apics.h"
#include "tests/support/child_process.h"

namespace ipcsim::machine {
namespace {

using Kind = Acknowledged::Kind;
using Register = ApicRegister;
using test::Apics;

InterruptMessage message_of(DeliveryMode mode, std::uint8_t vector = 0,
                            TriggerMode trigger = TriggerMode::kEdge) {
  InterruptMessage message;
  message.vector = vector;
  message.delivery = mode;
  message.trigger = trigger;
  return message;
}

// Acknowledges what is deliverable; 0 if nothing is.
unsigned take(LocalApic& apic) { return apic.deliverable() ? apic.acknowledge().vector : 0; }

TEST_CASE("bitmap: the highest bit, and registers of 32") {
  InterruptBitmap bitmap;
  CHECK(bitmap.empty());
  CHECK(bitmap.highest() == 0);
  for (const unsigned vector : {16U, 31U, 32U, 63U, 64U, 200U, 255U}) {
    bitmap.set(static_cast<std::uint8_t>(vector));
    CHECK(bitmap.highest() == vector);
    CHECK((bitmap.register_value(vector / 32) >> (vector % 32) & 1) == 1);
  }
  CHECK(bitmap.register_value(7) == 0x80000000);
  CHECK(bitmap.register_value(1) == 0x80000001);
  bitmap.clear(255);
  CHECK(bitmap.highest() == 200);
  CHECK_FALSE(bitmap.empty());
}

TEST_CASE("10.8.3.1: PPR is the higher class of TPR and ISR") {
  Apics cpus(1);
  const auto priority = [&](std::uint32_t task) {
    cpus.write(Register::kTaskPriority, task);
    return cpus.apic().processor_priority();
  };
  CHECK(priority(0x35) == 0x35);
  cpus.write(Register::kTaskPriority, 0);
  cpus.interrupt_self(0x65);
  REQUIRE(take(cpus.apic()) == 0x65);
  CHECK(priority(0x00) == 0x60);
  CHECK(priority(0x5f) == 0x60);
  CHECK(priority(0x60) == 0x60);
  CHECK(priority(0x6f) == 0x6f);  // model-specific
  CHECK(priority(0x70) == 0x70);
  CHECK(cpus.read(Register::kProcessorPriority) == 0x70);
}

TEST_CASE("10.6.2.4: the arbitration priority") {
  Apics cpus(1);
  const auto at = [&](std::uint32_t task) {
    cpus.write(Register::kTaskPriority, task);
    return cpus.read(Register::kArbitrationPriority);
  };
  CHECK(at(0) == 0);
  CHECK(at(0x35) == 0x35);
  cpus.interrupt_self(0x45);
  CHECK(at(0x35) == 0x40);
  CHECK(at(0x4f) == 0x4f);
  cpus.write(Register::kTaskPriority, 0);
  REQUIRE(take(cpus.apic()) == 0x45);
  CHECK(at(0x35) == 0x00);  // 3 and 4 have no bit in common
  CHECK(at(0x4f) == 0x40);
  CHECK(at(0x50) == 0x50);
}

TEST_CASE("10.8.3: only a higher class is delivered, the highest vector first") {
  Apics cpus(1);
  cpus.write(Register::kTaskPriority, 0x40);
  for (const unsigned vector : {0x35U, 0x4fU, 0x51U, 0x5eU}) {
    cpus.interrupt_self(static_cast<std::uint8_t>(vector));
  }
  CHECK(take(cpus.apic()) == 0x5e);
  CHECK(take(cpus.apic()) == 0);  // the class in service blocks 51H
  cpus.end_interrupt();
  CHECK(take(cpus.apic()) == 0x51);
  cpus.end_interrupt();
  CHECK(take(cpus.apic()) == 0);
  CHECK(cpus.apic().write_cr8(3) == MsrWrite::kDone);
  CHECK(take(cpus.apic()) == 0x4f);
}

TEST_CASE("10.8.4: a vector is once in IRR and once in ISR") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  const InterruptMessage message = message_of(DeliveryMode::kFixed, 0x61);
  CHECK(apic.accept(message) == Acceptance::kAccepted);
  CHECK(apic.accept(message) == Acceptance::kCoalesced);
  CHECK(take(apic) == 0x61);
  CHECK(apic.accept(message) == Acceptance::kAccepted);
  CHECK(apic.accept(message) == Acceptance::kCoalesced);
  CHECK(apic.in_service().test(0x61));
  CHECK(apic.request().test(0x61));
}

TEST_CASE("10.8.5: the end is that of the highest in service; without one it does nothing") {
  Apics cpus(1);
  cpus.end_interrupt();
  cpus.interrupt_self(0x41);
  REQUIRE(take(cpus.apic()) == 0x41);
  cpus.interrupt_self(0x91);
  REQUIRE(take(cpus.apic()) == 0x91);
  cpus.write(Register::kEndOfInterrupt, 0x41);
  CHECK(cpus.apic().in_service().highest() == 0x41);
  cpus.end_interrupt();
  CHECK(cpus.apic().in_service().empty());
}

TEST_CASE("10.9: what is not deliverable any more ends as the spurious vector") {
  Apics cpus(1);
  cpus.write(Register::kSpuriousVector, 0x1ef);
  cpus.interrupt_self(0x41);
  cpus.write(Register::kTaskPriority, 0x40);
  const Acknowledged taken = cpus.apic().acknowledge();
  CHECK(taken.vector == 0xef);
  CHECK(taken.kind == Kind::kSpurious);
  CHECK(cpus.apic().in_service().empty());
  CHECK(cpus.apic().request().test(0x41));
}

TEST_CASE("TMR follows each acceptance") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  for (const TriggerMode mode :
       {TriggerMode::kEdge, TriggerMode::kLevel, TriggerMode::kLevel, TriggerMode::kEdge}) {
    apic.accept(message_of(DeliveryMode::kFixed, 0x61, mode));
    CHECK(apic.trigger_modes().test(0x61) == (mode == TriggerMode::kLevel));
  }
}

TEST_CASE("10.5.2: vectors below 16 are never requested, and are errors") {
  Apics cpus(2);
  CHECK(cpus.apic().accept(message_of(DeliveryMode::kFixed, 15)) == Acceptance::kIllegalVector);
  CHECK(cpus.apic().request().empty());
  CHECK(cpus.errors() == kErrorReceiveIllegalVector);
  CHECK(cpus.errors() == 0);
  cpus.command(1, 0x4005);
  CHECK(cpus.errors(0) == kErrorSendIllegalVector);
  CHECK(cpus.errors(1) == kErrorReceiveIllegalVector);
  cpus.interrupt_self(5);
  CHECK(cpus.errors() == (kErrorSendIllegalVector | kErrorReceiveIllegalVector));
  cpus.command(1, 0x4405);  // the vector of an NMI means nothing
  CHECK(cpus.errors() == 0);
  cpus.interrupt_self(16);
  CHECK(take(cpus.apic()) == 16);
}

TEST_CASE("10.5.3: a new error interrupts, one that is logged does not") {
  Apics cpus(1);
  cpus.write(Register::kLvtError, 0x51);
  cpus.apic().read(0x3f0, 4, 0);
  CHECK(take(cpus.apic()) == 0x51);
  cpus.end_interrupt();
  cpus.apic().read(0x3f0, 4, 0);
  CHECK(take(cpus.apic()) == 0);
  cpus.apic().accept(message_of(DeliveryMode::kFixed, 3));
  CHECK(take(cpus.apic()) == 0x51);
  cpus.end_interrupt();
  // ESR shows what was logged when it was written last.
  CHECK(cpus.read(Register::kErrorStatus) == 0);
  CHECK(cpus.errors() == (kErrorIllegalRegister | kErrorReceiveIllegalVector));
  cpus.apic().read(0x3f0, 4, 0);
  CHECK(take(cpus.apic()) == 0x51);
  CHECK(cpus.read(Register::kErrorStatus) == (kErrorIllegalRegister | kErrorReceiveIllegalVector));
}

TEST_CASE("an error entry with an illegal vector does not run in circles") {
  Apics cpus(1);
  cpus.write(Register::kLvtError, 0x05);
  cpus.apic().read(0x3f0, 4, 0);
  CHECK(cpus.errors() == (kErrorIllegalRegister | kErrorReceiveIllegalVector));
}

TEST_CASE("NMI, SMI, INIT and SIPI pass by IRR, TPR and the software disable") {
  Apics cpus(2);
  cpus.write(Register::kTaskPriority, 0xff, 1);
  cpus.write(Register::kSpuriousVector, 0xff, 1);
  LocalApic& apic = cpus.apic(1);
  for (const auto& [mode, bypass] :
       {std::pair{DeliveryMode::kNmi, Bypass::kNmi}, std::pair{DeliveryMode::kSmi, Bypass::kSmi}}) {
    CHECK(apic.accept(message_of(mode)) == Acceptance::kAccepted);
    CHECK(apic.accept(message_of(mode)) == Acceptance::kCoalesced);
    CHECK(apic.is_pending(bypass));
    apic.take(bypass);
    CHECK_FALSE(apic.is_pending(bypass));
  }
  CHECK(apic.accept(message_of(DeliveryMode::kInit)) == Acceptance::kAccepted);
  CHECK(apic.accept(message_of(DeliveryMode::kStartup, 0x9a)) == Acceptance::kAccepted);
  CHECK(apic.is_pending(Bypass::kStartup));
  CHECK(apic.startup_vector() == 0x9a);
  CHECK(apic.request().empty());
  CHECK(apic.accept(message_of(DeliveryMode::kReserved)) == Acceptance::kReservedMode);
}

TEST_CASE("ExtINT by message stays until it is taken, and needs the software enable") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  CHECK(apic.accept(message_of(DeliveryMode::kExternal)) == Acceptance::kAccepted);
  CHECK(apic.accept(message_of(DeliveryMode::kExternal)) == Acceptance::kCoalesced);
  cpus.write(Register::kTaskPriority, 0xff);
  CHECK(apic.external_pending());
  CHECK_FALSE(apic.deliverable());
  apic.take_external();
  CHECK_FALSE(apic.external_pending());
  cpus.write(Register::kSpuriousVector, 0xff);
  CHECK(apic.accept(message_of(DeliveryMode::kExternal)) == Acceptance::kSoftwareDisabled);
}

TEST_CASE("10.4.7.2: software-disabled, it holds what it has and takes nothing fixed") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  cpus.interrupt_self(0x41);
  cpus.write(Register::kLvtLint1, 0x32);
  cpus.write(Register::kSpuriousVector, 0xff);
  CHECK(apic.accept(message_of(DeliveryMode::kFixed, 0x61)) == Acceptance::kSoftwareDisabled);
  CHECK(apic.accept(message_of(DeliveryMode::kLowestPriority, 0x61)) ==
        Acceptance::kSoftwareDisabled);
  CHECK(cpus.read(Register::kLvtLint1) == 0x10032);
  cpus.write(Register::kLvtLint1, 0x33);
  CHECK(cpus.read(Register::kLvtLint1) == 0x10033);
  CHECK(take(apic) == 0x41);
  CHECK(apic.in_service().test(0x41));
  cpus.write(Register::kSpuriousVector, 0x1ff);
  CHECK(cpus.read(Register::kLvtLint1) == 0x10033);
}

TEST_CASE("10.4.7.3: INIT resets, but for id and mode; an application processor waits") {
  Apics cpus(2);
  cpus.write(Register::kTaskPriority, 0x33, 1);
  cpus.write(Register::kLogicalDestination, 0x05000000, 1);
  cpus.write(Register::kLvtTimer, 0x20044, 1);
  cpus.write(Register::kInitialCount, 100, 1);
  cpus.interrupt_self(0x61, 1);
  cpus.apic(1).accept(message_of(DeliveryMode::kNmi));
  cpus.command(1, 0x4500);
  LocalApic& apic = cpus.apic(1);
  CHECK(apic.is_pending(Bypass::kInit));
  CHECK_FALSE(apic.is_pending(Bypass::kNmi));
  CHECK(apic.waits_for_startup());
  CHECK(apic.request().empty());
  CHECK(apic.next_expiry() == kNever);
  constexpr struct {
    Register which;
    std::uint32_t value;
  } kReset[] = {{Register::kId, 0x01000000},
                {Register::kVersion, 0x50014},
                {Register::kTaskPriority, 0},
                {Register::kLogicalDestination, 0},
                {Register::kDestinationFormat, 0xffffffff},
                {Register::kSpuriousVector, 0xff},
                {Register::kErrorStatus, 0},
                {Register::kCommandLow, 0},
                {Register::kCommandHigh, 0},
                {Register::kLvtTimer, 0x10000},
                {Register::kLvtThermal, 0x10000},
                {Register::kLvtPerformance, 0x10000},
                {Register::kLvtLint0, 0x10000},
                {Register::kLvtLint1, 0x10000},
                {Register::kLvtError, 0x10000},
                {Register::kInitialCount, 0},
                {Register::kCurrentCount, 0},
                {Register::kDivide, 0}};
  for (const auto& [which, value] : kReset) CHECK(cpus.read(which, 1) == value);
  CHECK(apic.accept(message_of(DeliveryMode::kStartup, 0x10)) == Acceptance::kAccepted);
  CHECK(apic.accept(message_of(DeliveryMode::kStartup, 0x20)) == Acceptance::kNotWaiting);
  CHECK(apic.startup_vector() == 0x10);
}

TEST_CASE("the bootstrap processor never waits for SIPI") {
  Apics cpus(2);
  CHECK_FALSE(cpus.apic(0).waits_for_startup());
  CHECK(cpus.apic(1).waits_for_startup());  // since power-up
  CHECK(cpus.apic(0).accept(message_of(DeliveryMode::kStartup, 1)) == Acceptance::kNotWaiting);
  CHECK(cpus.apic(0).accept(message_of(DeliveryMode::kInit)) == Acceptance::kAccepted);
  CHECK_FALSE(cpus.apic(0).waits_for_startup());
}

TEST_CASE("INIT in x2APIC mode stays in it") {
  Apics cpus(2);
  cpus.enter_x2apic(1);
  cpus.apic(1).accept(message_of(DeliveryMode::kInit));
  CHECK(cpus.apic(1).mode() == ApicMode::kX2apic);
  CHECK(cpus.apic(1).read_msr(0x80d, 0) == 2);
}

TEST_CASE("10.4.3: hardware-disabled, it takes nothing; the pins are INTR and NMI") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  cpus.interrupt_self(0x61);
  REQUIRE(apic.write_msr(kMsrApicBase, 0xfee00100, 0) == MsrWrite::kDone);
  CHECK(apic.mode() == ApicMode::kDisabled);
  CHECK_FALSE(apic.deliverable());
  CHECK(apic.accept(message_of(DeliveryMode::kNmi)) == Acceptance::kHardwareDisabled);
  CHECK(apic.trigger(LocalSource::kThermal) == Acceptance::kHardwareDisabled);
  CHECK_FALSE(apic.external_pending());
  apic.set_lint(LintPin::k0, Level::kHigh);
  CHECK(apic.external_pending());
  CHECK(apic.set_lint(LintPin::k1, Level::kHigh) == Acceptance::kAccepted);
  CHECK(apic.is_pending(Bypass::kNmi));
}

TEST_CASE("10.5.1: a local source goes by its entry") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  CHECK(apic.trigger(LocalSource::kThermal) == Acceptance::kMasked);
  cpus.write(Register::kLvtThermal, 0x41);
  CHECK(apic.trigger(LocalSource::kThermal) == Acceptance::kAccepted);
  CHECK(apic.trigger(LocalSource::kThermal) == Acceptance::kCoalesced);
  cpus.write(Register::kLvtThermal, 0x10041);
  CHECK(take(apic) == 0x41);  // masking takes nothing back
  cpus.write(Register::kLvtThermal, 0x400);
  apic.trigger(LocalSource::kThermal);
  CHECK(apic.is_pending(Bypass::kNmi));
  cpus.write(Register::kLvtThermal, 0x200);
  apic.trigger(LocalSource::kThermal);
  CHECK(apic.is_pending(Bypass::kSmi));
  for (const std::uint32_t mode : {0x100U, 0x300U, 0x600U, 0x700U}) {
    cpus.write(Register::kLvtThermal, mode | 0x41);
    CHECK(apic.trigger(LocalSource::kThermal) == Acceptance::kReservedMode);
  }
  cpus.write(Register::kLvtThermal, 0x05);
  CHECK(apic.trigger(LocalSource::kThermal) == Acceptance::kIllegalVector);
  cpus.write(Register::kLvtThermal, 0x500);
  CHECK(apic.trigger(LocalSource::kThermal) == Acceptance::kAccepted);
  CHECK(apic.is_pending(Bypass::kInit));
}

TEST_CASE("what comes from local sources is accounted for") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  apic.trigger(LocalSource::kThermal);
  cpus.write(Register::kLvtThermal, 0x41);
  apic.trigger(LocalSource::kThermal);
  apic.trigger(LocalSource::kThermal);
  cpus.write(Register::kLvtLint0, 0x8042);
  apic.set_lint(LintPin::k0, Level::kHigh);
  REQUIRE(take(apic) == 0x42);
  cpus.end_interrupt();  // asks again
  REQUIRE(apic.write_msr(kMsrApicBase, 0xfee00100, 0) == MsrWrite::kDone);
  apic.trigger(LocalSource::kThermal);
  apic.set_lint(LintPin::k1, Level::kHigh);
  const Delivery& total = apic.local_total();
  CHECK(total.count(Acceptance::kMasked) == 1);
  CHECK(total.count(Acceptance::kAccepted) == 4);
  CHECK(total.count(Acceptance::kCoalesced) == 1);
  CHECK(total.count(Acceptance::kHardwareDisabled) == 1);
  CHECK(cpus.bus.total() == Delivery());
}

TEST_CASE("an expiry that nobody took is our defect") {
  const auto ending = test::in_child([] {
    Apics cpus(1);
    cpus.write(Register::kLvtTimer, 0x51);
    cpus.write(Register::kInitialCount, 10);
    cpus.now = 100;
    cpus.read(Register::kCurrentCount);
  });
  CHECK(ending.aborted());
}

TEST_CASE("a performance-monitoring interrupt masks its entry") {
  Apics cpus(1);
  cpus.write(Register::kLvtPerformance, 0x41);
  CHECK(cpus.apic().trigger(LocalSource::kPerformance) == Acceptance::kAccepted);
  CHECK(cpus.read(Register::kLvtPerformance) == 0x10041);
  CHECK(cpus.apic().trigger(LocalSource::kPerformance) == Acceptance::kMasked);
}

TEST_CASE("a LINT pin by edges: each rise while unmasked") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  CHECK(apic.set_lint(LintPin::k1, Level::kHigh) == Acceptance::kMasked);
  cpus.write(Register::kLvtLint1, 0x8041);  // level-triggered it cannot be
  CHECK(apic.request().empty());
  CHECK(apic.set_lint(LintPin::k1, Level::kHigh) == Acceptance::kNoChange);
  CHECK(apic.set_lint(LintPin::k1, Level::kLow) == Acceptance::kNoChange);
  CHECK(apic.set_lint(LintPin::k1, Level::kHigh) == Acceptance::kAccepted);
  CHECK_FALSE(apic.trigger_modes().test(0x41));
  cpus.write(Register::kLvtLint1, 0x2042);  // active low
  CHECK(apic.set_lint(LintPin::k1, Level::kLow) == Acceptance::kAccepted);
  CHECK(apic.request().test(0x42));
}

TEST_CASE("LINT0 by level: asks again after each end, remote IRR in between") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  cpus.write(Register::kLvtLint0, 0x8041);
  CHECK(apic.set_lint(LintPin::k0, Level::kHigh) == Acceptance::kAccepted);
  CHECK(cpus.read(Register::kLvtLint0) == 0xc041);
  CHECK(apic.trigger_modes().test(0x41));
  CHECK(apic.set_lint(LintPin::k0, Level::kHigh) == Acceptance::kRemoteIrr);
  CHECK(take(apic) == 0x41);
  cpus.end_interrupt();
  CHECK(take(apic) == 0x41);
  apic.set_lint(LintPin::k0, Level::kLow);
  cpus.end_interrupt();
  CHECK(take(apic) == 0);
  CHECK(cpus.read(Register::kLvtLint0) == 0x8041);
  cpus.write(Register::kLvtLint0, 0x18041);
  CHECK(apic.set_lint(LintPin::k0, Level::kHigh) == Acceptance::kMasked);
  cpus.write(Register::kLvtLint0, 0x8041);
  CHECK(take(apic) == 0x41);
  cpus.write(Register::kLvtLint0, 0x0041);
  CHECK(cpus.read(Register::kLvtLint0) == 0x0041);
}

TEST_CASE("LINT0 by level does not mistake another end for its own") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  cpus.write(Register::kLvtLint0, 0x8041);
  apic.set_lint(LintPin::k0, Level::kHigh);
  apic.accept(message_of(DeliveryMode::kFixed, 0x61, TriggerMode::kLevel));
  REQUIRE(take(apic) == 0x61);
  apic.set_lint(LintPin::k0, Level::kLow);
  cpus.end_interrupt();
  CHECK(cpus.read(Register::kLvtLint0) == 0xc041);
  REQUIRE(take(apic) == 0x41);
  cpus.end_interrupt();
  CHECK(cpus.read(Register::kLvtLint0) == 0x8041);
}

TEST_CASE("ExtINT at LINT0 goes by the wire, not by TPR") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  cpus.write(Register::kTaskPriority, 0xff);
  cpus.write(Register::kLvtLint0, 0x10700);
  apic.set_lint(LintPin::k0, Level::kHigh);
  CHECK_FALSE(apic.external_pending());
  cpus.write(Register::kLvtLint0, 0x700);
  CHECK(apic.external_pending());
  apic.set_lint(LintPin::k0, Level::kLow);
  CHECK_FALSE(apic.external_pending());
  cpus.write(Register::kLvtLint0, 0x000);
  apic.set_lint(LintPin::k0, Level::kHigh);
  CHECK_FALSE(apic.external_pending());
}

TEST_CASE("SVR bit 12 and LINT0 take nothing from each other") {
  Apics cpus(1, {.tsc_deadline = true, .end_broadcast_control = true});
  cpus.write(Register::kSpuriousVector, 0x11ff);
  cpus.write(Register::kLvtLint0, 0x8041);
  cpus.apic().set_lint(LintPin::k0, Level::kHigh);
  CHECK(take(cpus.apic()) == 0x41);
  cpus.end_interrupt();
  CHECK(take(cpus.apic()) == 0x41);
}

TEST_CASE("the timer interrupts if it is unmasked when it expires") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  cpus.write(Register::kDivide, 0xb);
  cpus.write(Register::kLvtTimer, 0x51);
  cpus.write(Register::kInitialCount, 100);
  CHECK(apic.next_expiry() == 100);
  cpus.write(Register::kLvtTimer, 0x10051);
  CHECK(apic.next_expiry() == kNever);
  cpus.now = 40;
  CHECK(cpus.read(Register::kCurrentCount) == 60);  // it runs while masked
  cpus.write(Register::kLvtTimer, 0x51);
  CHECK(apic.next_expiry() == 100);
  CHECK(apic.expire(100) == Acceptance::kAccepted);
  CHECK(take(apic) == 0x51);
  CHECK(apic.next_expiry() == kNever);
}

TEST_CASE("an expiry while masked is lost, and does not come at the unmasking") {
  Apics cpus(1);
  cpus.write(Register::kDivide, 0xb);
  cpus.write(Register::kLvtTimer, 0x10051);
  cpus.write(Register::kInitialCount, 100);
  cpus.now = 100;
  CHECK(cpus.read(Register::kCurrentCount) == 0);
  cpus.write(Register::kLvtTimer, 0x51);
  CHECK(cpus.apic().next_expiry() == kNever);
  CHECK(cpus.apic().request().empty());
  // A periodic one goes on in step.
  cpus.write(Register::kLvtTimer, 0x30051);
  cpus.write(Register::kInitialCount, 100);
  cpus.now = 450;
  CHECK(cpus.read(Register::kCurrentCount) == 50);
  cpus.write(Register::kLvtTimer, 0x20051);
  CHECK(cpus.apic().next_expiry() == 500);
}

TEST_CASE("IA32_TSC_DEADLINE") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  CHECK(apic.write_msr(kMsrTscDeadline, 500, 0) == MsrWrite::kDone);  // not in its mode: ignored
  CHECK(apic.read_msr(kMsrTscDeadline, 0) == 0);
  cpus.write(Register::kLvtTimer, 0x40051);
  CHECK(apic.write_msr(kMsrTscDeadline, 500, 0) == MsrWrite::kDone);
  CHECK(apic.read_msr(kMsrTscDeadline, 0) == 500);
  CHECK(apic.next_expiry() == 500);
  CHECK(apic.expire(500) == Acceptance::kAccepted);
  CHECK(apic.read_msr(kMsrTscDeadline, 500) == 0);
  // Masked, it passes unseen.
  cpus.write(Register::kLvtTimer, 0x50051);
  CHECK(apic.write_msr(kMsrTscDeadline, 700, 600) == MsrWrite::kDone);
  CHECK(apic.read_msr(kMsrTscDeadline, 650) == 700);
  CHECK(apic.read_msr(kMsrTscDeadline, 700) == 0);
  Apics old(1, {.tsc_deadline = false, .end_broadcast_control = false});
  CHECK(old.apic().read_msr(kMsrTscDeadline, 0) == std::nullopt);
  CHECK(old.apic().write_msr(kMsrTscDeadline, 0, 0) == MsrWrite::kGeneralProtection);
}

}  // namespace
}  // namespace ipcsim::machine
