// SPDX-License-Identifier: BSD-2-Clause
// InterruptController8259: one 8259A interrupt controller (Intel 8259A data sheet, order number
// 231468). InterruptControllerPair: the two of a PC, the second one on line 2 of the first, with
// the edge/level control registers of the bridge (Intel 82371FB/82371SB data sheet, "ELCR1",
// "ELCR2").
//
// What always holds:
// - A line requests while it is high, if it is level triggered or its last rise was not
// acknowledged
//   yet and came after the last ICW1. What falls before the acknowledge was no request.
// - A request is served if it is not masked and its priority is above all that is in service. Which
//   one that is, is decided by the acknowledge, not when INT rises.
// - INT rises with the first request that can be served, and stays until an acknowledge, a poll or
//   ICW1, whatever becomes of the request. An acknowledge that finds none gives level 7 and puts
//   nothing in service ("default IR7").
// - From ICW1 to the last word of the initialization INT stays low.
//
// Always as in 8086 mode and without buffers. ICW1's bit for level triggering means nothing: the
// edge/level control registers stand in its place (82371FB, "ICW1").
#pragma once

#include <cstdint>
#include <optional>

namespace ipcsim::machine {

class InterruptController8259 {
 public:
  struct Acknowledged {
    std::uint8_t vector = 0;
    std::optional<std::uint8_t> slave;  // it gives the vector instead: the one with this identity
  };

  // The two ports, by address bit A0: commands at 0, data at 1.
  void write_command(std::uint8_t value);  // ICW1, OCW2, OCW3
  void write_data(std::uint8_t value);     // ICW2 to ICW4, OCW1
  std::uint8_t read_command();             // IRR, ISR or the answer to a poll
  std::uint8_t read_data();                // IMR or the answer to a poll

  void set_line(unsigned level, bool high);
  // Bit n: line n is level triggered.
  void set_level_triggered(std::uint8_t levels);
  std::uint8_t level_triggered() const { return level_triggered_; }

  // The INT output.
  bool requests() const { return offered_.has_value(); }
  // INTA. As after a read that answers a poll, INT stays low until `resume`, even if there is more
  // to serve: who watches it sees an edge.
  Acknowledged acknowledge();
  void resume();
  // Of a slave: what ICW3 told it.
  std::uint8_t identity() const { return cascade_ & 7; }

 private:
  enum class State : std::uint8_t {
    kUntouched,  // since power came: serves nothing
    kAwaitsIcw2,
    kAwaitsIcw3,
    kAwaitsIcw4,
    kReady,
  };

  std::uint8_t request_register() const {
    return static_cast<std::uint8_t>(high_ & (level_triggered_ | risen_));
  }
  // From the highest priority down; nothing if none of the levels is set.
  std::optional<std::uint8_t> highest_of(std::uint8_t levels) const;
  std::optional<std::uint8_t> served_next() const;
  // Puts the level in service, or ends it at once in automatic EOI mode.
  void serve(std::uint8_t level);
  void begin_initialization(std::uint8_t icw1);
  void end_initialization();
  void operate(std::uint8_t ocw2);
  void set_modes(std::uint8_t ocw3);
  std::uint8_t answer_poll();

  State state_ = State::kUntouched;
  std::uint8_t high_ = 0;             // the lines as they are
  std::uint8_t risen_ = 0;            // of high lines: the rise was not acknowledged
  std::uint8_t level_triggered_ = 0;  // of the edge/level control register
  std::uint8_t mask_ = 0;             // IMR
  std::uint8_t in_service_ = 0;       // ISR
  std::uint8_t vector_base_ = 0;      // ICW2
  std::uint8_t cascade_ = 0;          // ICW3: levels that have slaves, or an identity
  std::uint8_t lowest_ = 7;           // the level of lowest priority; the next one has the highest
  std::optional<std::uint8_t> offered_;  // while INT is high: the level that was to be served last
  bool single_ = false;                  // ICW1: no cascade, hence no ICW3
  bool expects_icw4_ = false;
  bool automatic_end_ = false;
  bool rotates_at_automatic_end_ = false;
  bool special_fully_nested_ = false;
  bool special_mask_ = false;
  bool shows_in_service_ = false;  // reads of the command port give ISR
  bool polled_ = false;            // the next read of either port is an acknowledge
};

class InterruptControllerPair {
 public:
  static constexpr unsigned kLines = 16;
  static constexpr unsigned kCascadeLine = 2;  // where the second controller comes in

  static constexpr bool has_port(std::uint16_t port) {
    return port == 0x20 || port == 0x21 || port == 0xa0 || port == 0xa1 || port == 0x4d0 ||
           port == 0x4d1;
  }

  // 0x20, 0x21: the first; 0xa0, 0xa1: the second; 0x4d0, 0x4d1: which lines are level triggered.
  // Nobody answers at other ports: reads give all ones.
  void write_port(std::uint16_t port, std::uint8_t value);
  std::uint8_t read_port(std::uint16_t port);

  // 0 to 15 without 2, which is where the second controller is.
  void set_line(unsigned line, bool high);

  bool requests() const { return master_.requests(); }
  // INTA: the vector that the CPU takes.
  std::uint8_t acknowledge();

 private:
  void connect();

  InterruptController8259 master_;
  InterruptController8259 slave_;
};

}  // namespace ipcsim::machine
