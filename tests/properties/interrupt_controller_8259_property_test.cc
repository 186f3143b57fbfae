// SPDX-License-Identifier: BSD-2-Clause
// Random command words, lines and acknowledges on a pair of 8259A: everything that can be seen is
// what the reference says. A failure names its seed and what was done.
#include <array>
#include <cstdint>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "kernel_model/machine/interrupt_controller_8259.h"
#include "sim/base/random.h"
#include "tests/properties/reference_8259.h"

namespace ipcsim::test {
namespace {

using machine::InterruptControllerPair;

#ifdef NDEBUG
constexpr std::uint64_t kSeeds = 20'000;
#else
constexpr std::uint64_t kSeeds = 4'000;
#endif
constexpr unsigned kSteps = 120;
constexpr std::array<std::uint16_t, 2> kCommandPorts = {0x20, 0xa0};
constexpr std::array<std::uint16_t, 6> kPorts = {0x20, 0x21, 0xa0, 0xa1, 0x4d0, 0x4d1};

struct Seen {
  unsigned spurious = 0;
  unsigned of_slave = 0;
  unsigned answered_polls = 0;
};

class Sequence {
 public:
  Sequence(std::uint64_t seed, Seen& seen) : random_(seed), seen_(seen) {
    if (!random_.one_in(20)) set_up(0);
    if (!random_.one_in(20)) set_up(1);
  }

  // What is wrong, or nothing.
  std::string step() {
    std::string wrong;
    switch (random_.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        move_line();
        break;
      case 5:
      case 6:
      case 7:
        wrong = acknowledge();
        break;
      case 8:
      case 9:
      case 10:
        write(any_command_port(), random_.below(256) & 0xe7);  // OCW2
        break;
      case 11:
        write(any_command_port(), (random_.below(256) & 0xe7) | 0x08);  // OCW3
        break;
      case 12:
        wrong = poll();
        break;
      case 13:
        set_modes();
        break;
      default:
        wrong = read(kPorts[random_.below(kPorts.size())]);
    }
    if (wrong.empty() && pair_.requests() != reference_.requests()) {
      wrong = fmt::format("INT is {}, reference {}", pair_.requests(), reference_.requests());
    }
    return wrong.empty() ? wrong : wrong + "\n" + reference_.text();
  }

  const std::string& history() const { return history_; }

 private:
  std::uint16_t any_command_port() { return kCommandPorts[random_.below(2)]; }

  void write(std::uint16_t port, std::uint64_t value) {
    history_ += fmt::format("outb {:#x} {:#x}\n", port, value);
    pair_.write_port(port, static_cast<std::uint8_t>(value));
    reference_.write_port(port, static_cast<unsigned>(value));
  }

  std::string read(std::uint16_t port) {
    history_ += fmt::format("inb {:#x}\n", port);
    const unsigned value = pair_.read_port(port);
    const unsigned expected = reference_.read_port(port);
    if (value == expected) return {};
    return fmt::format("read {:#x}, reference {:#x}", value, expected);
  }

  // Mostly the usual words, sometimes any, sometimes not all of them.
  void set_up(unsigned which) {
    const std::uint16_t port = kCommandPorts[which];
    const auto data = static_cast<std::uint16_t>(port + 1);
    const bool usual = !random_.one_in(6);
    write(port, usual ? 0x11 : 0x10 | (random_.next() & 0xef));
    write(data, usual ? (which == 0 ? 0x20 : 0x28) : random_.below(256));
    if (random_.one_in(30)) return;
    write(data, usual ? (which == 0 ? 0x04 : 0x02) : random_.below(256));
    write(data, 0x01 | (random_.one_in(3) ? 0x02 : 0) | (random_.one_in(3) ? 0x10 : 0));
  }

  void set_modes() {
    switch (random_.below(8)) {
      case 0:
        set_up(static_cast<unsigned>(random_.below(2)));
        break;
      case 1:
      case 2:
        write(static_cast<std::uint16_t>(0x4d0 + random_.below(2)),
              random_.below(256) & random_.below(256));
        break;
      default:
        write(static_cast<std::uint16_t>(any_command_port() + 1),
              random_.below(256) & random_.below(256));
    }
  }

  void move_line() {
    unsigned line = static_cast<unsigned>(random_.below(15));
    if (line >= 2) ++line;
    const bool high = !random_.one_in(3);
    history_ += fmt::format("line {} {}\n", line, high ? 1 : 0);
    pair_.set_line(line, high);
    reference_.set_line(line, high);
  }

  // A CPU acknowledges because INT is high, but for a few times.
  std::string acknowledge() {
    if (!pair_.requests() && !random_.one_in(20)) return {};
    history_ += "acknowledge\n";
    const unsigned vector = pair_.acknowledge();
    const unsigned expected = reference_.acknowledge();
    if (vector != expected) return fmt::format("vector {:#x}, reference {:#x}", vector, expected);
    seen_.spurious += vector == 0x27 || vector == 0x2f ? 1 : 0;
    seen_.of_slave += vector >= 0x28 && vector < 0x2f ? 1 : 0;
    return {};
  }

  std::string poll() {
    const std::uint16_t port = any_command_port();
    write(port, 0x0c);
    const auto from = static_cast<std::uint16_t>(port + random_.below(2));
    if (pair_.requests()) ++seen_.answered_polls;
    return read(from);
  }

  Random random_;
  Seen& seen_;
  InterruptControllerPair pair_;
  ReferencePair reference_;
  std::string history_;
};

TEST_CASE("whatever is done to a pair, it answers as the data sheet says") {
  Seen seen;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    CAPTURE(seed);
    Sequence sequence(seed, seen);
    for (unsigned step = 0; step < kSteps; ++step) {
      const std::string wrong = sequence.step();
      REQUIRE_MESSAGE(wrong.empty(), sequence.history() << wrong);
    }
  }
  CHECK(seen.spurious > kSeeds);
  CHECK(seen.of_slave > kSeeds);
  CHECK(seen.answered_polls > kSeeds);
}

}  // namespace
}  // namespace ipcsim::test
