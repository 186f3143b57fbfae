// SPDX-License-Identifier: BSD-2-Clause
// How software sees a local APIC: pages, MSRs, and what it must not do.
#include <optional>

#include <doctest/doctest.h>

#include "tests/support/apics.h"

namespace ipcsim::machine {
namespace {

using Register = ApicRegister;
using test::Apics;

TEST_CASE("table 10-1: what a write changes, software-enabled") {
  constexpr struct {
    Register which;
    std::uint32_t ones;
    std::uint32_t zeros;
  } kRegisters[] = {{Register::kId, 0, 0},
                    {Register::kVersion, 0x50014, 0x50014},
                    {Register::kTaskPriority, 0xff, 0},
                    {Register::kRemoteRead, 0, 0},
                    {Register::kLogicalDestination, 0xff000000, 0},
                    {Register::kDestinationFormat, 0xffffffff, 0x0fffffff},
                    {Register::kCommandHigh, 0xff000000, 0},
                    {Register::kLvtTimer, 0x700ff, 0},
                    {Register::kLvtThermal, 0x107ff, 0},
                    {Register::kLvtPerformance, 0x107ff, 0},
                    {Register::kLvtLint0, 0x1a7ff, 0},
                    {Register::kLvtLint1, 0x1a7ff, 0},
                    {Register::kLvtError, 0x100ff, 0},
                    {Register::kInService, 0, 0},
                    {Register::kTriggerMode, 0, 0},
                    {Register::kRequest, 0, 0},
                    {Register::kCurrentCount, 0, 0},
                    {Register::kDivide, 0xb, 0},
                    {Register::kSpuriousVector, 0x1ff, 0}};
  for (const auto& [which, ones, zeros] : kRegisters) {
    Apics cpus(1);
    cpus.write(which, 0xffffffff);
    CHECK(cpus.read(which) == ones);
    cpus.write(which, 0);
    CHECK(cpus.read(which) == zeros);
    CHECK(cpus.errors() == 0);
  }
}

TEST_CASE("the command register reads back; reserved bits and delivery status are 0") {
  Apics cpus(2);
  cpus.command(1, 0xfffbffff & ~0xc0000U);
  CHECK(cpus.read(Register::kCommandLow) == (kCommandBits & ~0xc0000U));
  CHECK(cpus.read(Register::kCommandHigh) == 0x01000000);
}

TEST_CASE("features decide over bits") {
  Apics cpus(1, {.tsc_deadline = false, .end_broadcast_control = true});
  cpus.write(Register::kLvtTimer, 0xffffffff);
  CHECK(cpus.read(Register::kLvtTimer) == 0x300ff);
  cpus.write(Register::kSpuriousVector, 0xffffffff);
  CHECK(cpus.read(Register::kSpuriousVector) == 0x11ff);
  CHECK(cpus.read(Register::kVersion) == 0x1050014);
}

TEST_CASE("CR8 is the high half of TPR, in every mode") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  cpus.write(Register::kTaskPriority, 0xa5);
  CHECK(apic.cr8() == 0xa);
  CHECK(apic.write_cr8(3) == MsrWrite::kDone);
  CHECK(cpus.read(Register::kTaskPriority) == 0x30);
  CHECK(apic.write_cr8(16) == MsrWrite::kGeneralProtection);
  CHECK(apic.cr8() == 3);
  REQUIRE(apic.write_msr(kMsrApicBase, 0xfee00100, 0) == MsrWrite::kDone);
  CHECK(apic.write_cr8(7) == MsrWrite::kDone);
  CHECK(apic.cr8() == 7);
}

TEST_CASE("10.5.3: a reserved register reads 0, is not written, and is an error") {
  for (const std::uint32_t offset : {0x000U, 0x010U, 0x040U, 0x070U, 0x290U, 0x2e0U, 0x2f0U, 0x3a0U,
                                     0x3d0U, 0x3f0U, 0x400U, 0xff0U}) {
    Apics cpus(1);
    CHECK(cpus.apic().read(offset, 4, 0) == 0);
    CHECK(cpus.errors() == kErrorIllegalRegister);
    cpus.apic().write(offset, 4, 0xffffffff, 0);
    CHECK(cpus.errors() == kErrorIllegalRegister);
    CHECK(cpus.apic().request().empty());
  }
}

TEST_CASE("10.4.1: an access that is not of 32 bits at a multiple of 16 reaches no register") {
  for (const auto& [offset, bytes] :
       {std::pair{0x80U, 1U}, std::pair{0x80U, 2U}, std::pair{0x80U, 8U}, std::pair{0x81U, 4U},
        std::pair{0x84U, 4U}, std::pair{0x88U, 4U}, std::pair{0x8cU, 4U}}) {
    Apics cpus(1);
    cpus.write(Register::kTaskPriority, 0x55);
    CHECK(cpus.apic().read(offset, bytes, 0) == 0);
    CHECK(cpus.errors() == kErrorIllegalRegister);
    cpus.apic().write(offset, bytes, 0x77, 0);
    CHECK(cpus.read(Register::kTaskPriority) == 0x55);
    CHECK(cpus.errors() == kErrorIllegalRegister);
  }
}

TEST_CASE("a write-only register reads 0 and a read-only one is not written, without an error") {
  Apics cpus(1);
  CHECK(cpus.read(Register::kEndOfInterrupt) == 0);
  cpus.write(Register::kProcessorPriority, 0x55);
  CHECK(cpus.read(Register::kProcessorPriority) == 0);
  CHECK(cpus.errors() == 0);
}

TEST_CASE("no page outside of xAPIC mode: all ones") {
  for (const bool wide : {true, false}) {
    Apics cpus(1);
    if (wide) {
      cpus.enter_x2apic();
    } else {
      REQUIRE(cpus.apic().write_msr(kMsrApicBase, 0xfee00000, 0) == MsrWrite::kDone);
    }
    cpus.write(Register::kTaskPriority, 0x55);
    CHECK(cpus.read(Register::kTaskPriority) == 0xffffffff);
    CHECK(cpus.apic().cr8() == 0);
  }
}

TEST_CASE("IA32_APIC_BASE after power-up, and the page moves with it") {
  Apics cpus(2);
  CHECK(cpus.apic(0).read_msr(kMsrApicBase, 0) == 0xfee00900);
  CHECK(cpus.apic(1).read_msr(kMsrApicBase, 0) == 0xfee00800);
  CHECK(cpus.apic(0).base() == 0xfee00000);
  CHECK(cpus.apic(0).write_msr(kMsrApicBase, 0x12345000 | kApicBaseEnable, 0) == MsrWrite::kDone);
  CHECK(cpus.apic(0).base() == 0x12345000);
  // Who is the bootstrap processor is not written.
  CHECK(cpus.apic(0).read_msr(kMsrApicBase, 0) == 0x12345900);
  CHECK(cpus.apic(1).write_msr(kMsrApicBase, 0xfee00900, 0) == MsrWrite::kDone);
  CHECK(cpus.apic(1).read_msr(kMsrApicBase, 0) == 0xfee00800);
}

TEST_CASE("reserved bits of IA32_APIC_BASE are #GP") {
  Apics cpus(1);
  for (const unsigned bit : {0U, 7U, 9U, 40U, 52U, 63U}) {
    CHECK(cpus.apic().write_msr(kMsrApicBase, 0xfee00900 | std::uint64_t{1} << bit, 0) ==
          MsrWrite::kGeneralProtection);
  }
  CHECK(cpus.apic().read_msr(kMsrApicBase, 0) == 0xfee00900);
}

TEST_CASE("10.12.5: which modes follow which") {
  constexpr std::uint64_t kModes[] = {0, kApicBaseX2apic, kApicBaseEnable,
                                      kApicBaseEnable | kApicBaseX2apic};
  constexpr bool kAllowed[4][4] = {{true, false, true, false},    // from disabled
                                   {false, false, false, false},  // this is no mode
                                   {true, false, true, true},     // from xAPIC
                                   {true, false, false, true}};   // from x2APIC
  for (unsigned from = 0; from < 4; ++from) {
    for (unsigned to = 0; to < 4; ++to) {
      if (from == 1) continue;
      Apics cpus(1);
      REQUIRE(cpus.apic().write_msr(kMsrApicBase, 0xfee00000 | kModes[from], 0) == MsrWrite::kDone);
      const MsrWrite result = cpus.apic().write_msr(kMsrApicBase, 0xfee00000 | kModes[to], 0);
      CHECK((result == MsrWrite::kDone) == kAllowed[from][to]);
      const std::uint64_t mode = kAllowed[from][to] ? kModes[to] : kModes[from];
      CHECK(cpus.apic().read_msr(kMsrApicBase, 0) == (0xfee00100 | mode));
    }
  }
}

TEST_CASE("to x2APIC the state is kept, through disabled it is reset") {
  Apics cpus(1);
  LocalApic& apic = cpus.apic();
  cpus.write(Register::kTaskPriority, 0x55);
  cpus.interrupt_self(0x61);
  cpus.write(Register::kCommandHigh, 0x77000000);
  cpus.enter_x2apic();
  CHECK(apic.read_msr(0x808, 0) == 0x55);
  CHECK(apic.read_msr(0x823, 0) == 2);
  CHECK(apic.read_msr(0x830, 0) == 0x44061);
  REQUIRE(apic.write_msr(kMsrApicBase, 0xfee00100, 0) == MsrWrite::kDone);
  CHECK(apic.write_cr8(9) == MsrWrite::kDone);
  REQUIRE(apic.write_msr(kMsrApicBase, 0xfee00900, 0) == MsrWrite::kDone);
  CHECK(apic.cr8() == 0);
  CHECK(cpus.read(Register::kSpuriousVector) == 0xff);
  CHECK(apic.request().empty());
}

// By the last byte of the MSR: r, w, b for both, nothing.
char expected_access(std::uint32_t number) {
  switch (number) {
    case 0x02:
    case 0x03:
    case 0x0a:
    case 0x0d:
    case 0x39:
      return 'r';
    case 0x0b:
    case 0x3f:
      return 'w';
    case 0x08:
    case 0x0f:
    case 0x28:
    case 0x30:
    case 0x32:
    case 0x33:
    case 0x34:
    case 0x35:
    case 0x36:
    case 0x37:
    case 0x38:
    case 0x3e:
      return 'b';
    default:
      return number >= 0x10 && number < 0x28 ? 'r' : ' ';
  }
}

TEST_CASE("table 10-6: which MSRs there are, and in which direction") {
  for (std::uint32_t number = 0; number < 0x100; ++number) {
    CAPTURE(number);
    Apics cpus(1);
    cpus.enter_x2apic();
    const char access = expected_access(number);
    CHECK(cpus.apic().read_msr(0x800 + number, 0).has_value() == (access == 'r' || access == 'b'));
    CHECK((cpus.apic().write_msr(0x800 + number, 0, 0) == MsrWrite::kDone) ==
          (access == 'w' || access == 'b'));
    Apics narrow(1);
    CHECK(narrow.apic().read_msr(0x800 + number, 0) == std::nullopt);
    CHECK(narrow.apic().write_msr(0x800 + number, 0, 0) == MsrWrite::kGeneralProtection);
  }
}

TEST_CASE("10.12.1.3: a reserved bit is #GP, and nothing changes") {
  constexpr struct {
    std::uint32_t msr;
    std::uint64_t allowed;
  } kMsrs[] = {{0x808, 0xff},       {0x80b, 0},
               {0x80f, 0x1ff},      {0x828, 0},
               {0x832, 0x710ff},    {0x833, 0x117ff},
               {0x834, 0x117ff},    {0x835, 0x1f7ff},
               {0x836, 0x1f7ff},    {0x837, 0x110ff},
               {0x838, 0xffffffff}, {0x83e, 0xb},
               {0x83f, 0xff},       {0x830, 0xffffffff000ccfff}};
  for (const auto& entry : kMsrs) {
    const std::uint32_t msr = entry.msr;
    for (unsigned bit = 0; bit < 64; ++bit) {
      CAPTURE(msr);
      CAPTURE(bit);
      Apics cpus(1);
      cpus.enter_x2apic();
      const auto before = cpus.apic().read_msr(msr, 0);
      const MsrWrite result = cpus.apic().write_msr(msr, std::uint64_t{1} << bit, 0);
      const bool fits = (entry.allowed >> bit & 1) != 0;
      CHECK((result == MsrWrite::kDone) == fits);
      if (!fits) CHECK(cpus.apic().read_msr(msr, 0) == before);
    }
  }
}

TEST_CASE("SELF IPI is an edge-triggered interrupt to oneself") {
  Apics cpus(2);
  cpus.enter_x2apic(1);
  CHECK(cpus.apic(1).write_msr(0x83f, 0x55, 0) == MsrWrite::kDone);
  CHECK(cpus.requested(0x55) == 2);
  CHECK_FALSE(cpus.apic(1).trigger_modes().test(0x55));
  CHECK(cpus.apic(1).write_msr(0x83f, 0x05, 0) == MsrWrite::kDone);
  CHECK(cpus.apic(1).write_msr(0x828, 0, 0) == MsrWrite::kDone);
  CHECK(cpus.apic(1).read_msr(0x828, 0) == (kErrorSendIllegalVector | kErrorReceiveIllegalVector));
}

}  // namespace
}  // namespace ipcsim::machine
