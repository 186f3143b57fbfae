// SPDX-License-Identifier: BSD-2-Clause
// InterruptController8259: one 8259A (Intel data sheet, 231468); InterruptControllerPair: the two
// of a PC with their cascade and edge/level registers.
//
// What always holds:
// - An edge request exists from the rising edge until it is acknowledged or the line falls; a level
//   request follows its line.
// - Which request is served is decided when it is acknowledged, not when it is signalled. If it has
//   gone by then, the answer is level 7, and nothing is in service: a spurious interrupt.
// - A request is served if it is not masked and comes before every level in service.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace ipcsim::machine {

class InterruptController8259 {
 public:
  // The two ports, by their address bit A0.
  void write_command(std::uint8_t value);  // ICW1, OCW2, OCW3
  void write_data(std::uint8_t value);     // ICW2 to ICW4, OCW1
  std::uint8_t read_command();             // IRR, ISR, or the answer to a poll
  std::uint8_t read_data();                // the mask, or the answer to a poll

  void set_line(unsigned line, bool high);
  // Which lines are level triggered: bit n is line n.
  void set_level_triggered(std::uint8_t lines);
  std::uint8_t level_triggered() const { return level_triggered_; }

  // The INT output.
  // Once raised it stays until it is acknowledged, also when the request goes.
  bool requests() const { return signalled_.has_value(); }
  // INTA: the level that is served from now on; 7 with nothing in service if there is none.
  std::uint8_t acknowledge();
  std::uint8_t vector_of(std::uint8_t level) const { return base_ | level; }

 private:
  // What the next write to the data port is.
  enum class Initialisation : std::uint8_t { kDone, kVector, kCascade, kMode };

  std::optional<std::uint8_t> served_next() const;
  // Of a set of levels the one that comes first, by the rotation.
  std::optional<std::uint8_t> first_of(std::uint8_t levels) const;
  void start(std::uint8_t icw1);
  void end_of_interrupt(std::uint8_t ocw2);
  void set_modes(std::uint8_t ocw3);
  std::uint8_t answer_poll();
  // Raises INT if there is something to serve.
  void signal();

  std::uint8_t requests_ = 0;    // IRR
  std::uint8_t in_service_ = 0;  // ISR
  std::uint8_t mask_ = 0;        // IMR
  std::uint8_t high_ = 0;        // the lines as they are
  std::uint8_t level_triggered_ = 0;
  std::uint8_t base_ = 0;     // of the vectors
  std::uint8_t cascade_ = 0;  // ICW3: which lines have another controller
  std::uint8_t lowest_ = 7;   // the level of lowest priority; the next one is the highest
  std::optional<std::uint8_t> signalled_;  // INT, and the level it was raised for
  Initialisation initialisation_ = Initialisation::kDone;
  bool single_ = false;      // no ICW3
  bool wants_mode_ = false;  // ICW4 comes
  bool automatic_end_ = false;
  bool rotates_at_automatic_end_ = false;
  bool fully_nested_cascade_ = false;  // special fully nested mode
  bool special_mask_ = false;          // a masked level in service blocks nobody
  bool reads_in_service_ = false;      // the command port shows ISR
  bool polled_ = false;                // the next read acknowledges
};

class InterruptControllerPair {
 public:
  // Ports 0x20, 0x21, 0xa0, 0xa1, 0x4d0 and 0x4d1; others read as all ones.
  void write_port(std::uint16_t port, std::uint8_t value);
  std::uint8_t read_port(std::uint16_t port);

  // Lines 0 to 15, but for 2, where the second controller is.
  void set_line(unsigned line, bool high);

  bool requests() const { return first_.requests(); }
  // The CPU takes an external interrupt: its vector.
  std::uint8_t acknowledge();

 private:
  void update_cascade();

  InterruptController8259 first_;
  InterruptController8259 second_;
};

}  // namespace ipcsim::machine
