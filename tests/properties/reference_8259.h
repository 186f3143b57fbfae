// SPDX-License-Identifier: BSD-2-Clause
// ReferencePair: two 8259A interrupt controllers as their data sheet tells it (Intel 8259A, order
// number 231468), in lists and plain conditions, with no thought of speed.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace ipcsim::test {

class Reference8259 {
 public:
  void write(unsigned address_bit, unsigned value);
  unsigned read(unsigned address_bit);
  void set_input(unsigned level, bool high);

  // One INTA cycle. What the other controller on the cascade lines is asked for, or -1.
  struct Answer {
    unsigned vector = 0;
    int asks_slave = -1;
  };
  Answer interrupt_acknowledge();
  // Looks at all inputs once more, which is when the INT output may rise.
  void settle();

  std::vector<unsigned> level_inputs;  // by the edge/level control register
  bool int_output = false;
  unsigned slave_number = 7;
  std::string text() const;

 private:
  enum class Word { kIcw2, kIcw3, kIcw4 };

  struct Input {
    bool high = false;
    bool edge_seen = false;
  };

  void icw1(unsigned value);
  void ocw2(unsigned value);
  void ocw3(unsigned value);
  unsigned poll();
  // The level that may interrupt now, or -1.
  int winner() const;
  bool requesting(unsigned level) const;
  bool masked(unsigned level) const;
  bool being_served(unsigned level) const;
  bool level_triggered(unsigned level) const;
  void take(unsigned level);
  void make_lowest(unsigned level);

  bool initialized_ = false;
  std::deque<Word> expected_words_;
  std::array<Input, 8> inputs_;
  std::vector<unsigned> masked_;
  std::vector<unsigned> being_served_;
  std::vector<unsigned> has_slave_;
  std::vector<unsigned> highest_to_lowest_{0, 1, 2, 3, 4, 5, 6, 7};
  unsigned first_vector_ = 0;
  int raised_for_ = -1;
  bool automatic_end_ = false;
  bool automatic_rotation_ = false;
  bool special_fully_nested_ = false;
  bool special_mask_ = false;
  bool status_is_in_service_ = false;
  bool polling_ = false;
};

class ReferencePair {
 public:
  void write_port(unsigned port, unsigned value);
  unsigned read_port(unsigned port);
  void set_line(unsigned line, bool high);
  unsigned acknowledge();
  bool requests() const { return master_.int_output; }
  std::string text() const { return "master " + master_.text() + ", slave " + slave_.text(); }

 private:
  void settle();

  Reference8259 master_;
  Reference8259 slave_;
};

}  // namespace ipcsim::test
