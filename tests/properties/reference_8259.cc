// SPDX-License-Identifier: BSD-2-Clause
#include "tests/properties/reference_8259.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ipcsim::test {
namespace {

bool contains(const std::vector<unsigned>& list, unsigned value) {
  return std::ranges::find(list, value) != list.end();
}

std::vector<unsigned> bits_of(unsigned value) {
  std::vector<unsigned> bits;
  for (unsigned bit = 0; bit < 8; ++bit) {
    if (value >> bit & 1) bits.push_back(bit);
  }
  return bits;
}

unsigned value_of(const std::vector<unsigned>& bits) {
  unsigned value = 0;
  for (unsigned bit = 0; bit < 8; ++bit) {
    if (contains(bits, bit)) value += 1U << bit;
  }
  return value;
}

}  // namespace

bool Reference8259::masked(unsigned level) const { return contains(masked_, level); }
bool Reference8259::being_served(unsigned level) const { return contains(being_served_, level); }
bool Reference8259::level_triggered(unsigned level) const { return contains(level_inputs, level); }

bool Reference8259::requesting(unsigned level) const {
  // In both modes the input must stay high until the acknowledge.
  if (!inputs_[level].high) return false;
  return level_triggered(level) || inputs_[level].edge_seen;
}

int Reference8259::winner() const {
  if (!initialized_ || !expected_words_.empty()) return -1;
  for (const unsigned level : highest_to_lowest_) {
    const bool may_come = requesting(level) && !masked(level);
    if (!being_served(level)) {
      if (may_come) return static_cast<int>(level);
      continue;
    }
    // In special mask mode levels that are masked and in service inhibit no others.
    if (special_mask_ && masked(level)) continue;
    // In special fully nested mode a slave in service may interrupt again.
    if (special_fully_nested_ && contains(has_slave_, level) && may_come) {
      return static_cast<int>(level);
    }
    // All others of the same or a lower priority are inhibited.
    return -1;
  }
  return -1;
}

void Reference8259::settle() {
  if (const int level = winner(); level >= 0) {
    int_output = true;
    raised_for_ = level;
  }
}

void Reference8259::set_input(unsigned level, bool high) {
  Input& input = inputs_[level];
  if (high && !input.high) input.edge_seen = true;
  if (!high) input.edge_seen = false;
  input.high = high;
}

void Reference8259::make_lowest(unsigned level) {
  while (highest_to_lowest_.back() != level) {
    highest_to_lowest_.push_back(highest_to_lowest_.front());
    highest_to_lowest_.erase(highest_to_lowest_.begin());
  }
}

void Reference8259::take(unsigned level) {
  inputs_[level].edge_seen = false;
  if (!being_served(level)) being_served_.push_back(level);
  if (!automatic_end_) return;
  std::erase(being_served_, level);
  if (automatic_rotation_) make_lowest(level);
}

Reference8259::Answer Reference8259::interrupt_acknowledge() {
  const int level = winner();
  int_output = false;
  raised_for_ = -1;
  if (level < 0) return {first_vector_ + 7, -1};
  const auto taken = static_cast<unsigned>(level);
  take(taken);
  return {first_vector_ + taken, contains(has_slave_, taken) ? level : -1};
}

unsigned Reference8259::poll() {
  const int level = winner();
  const int shown_when_idle = raised_for_;
  polling_ = false;
  int_output = false;
  raised_for_ = -1;
  if (level < 0) return shown_when_idle < 0 ? 0 : static_cast<unsigned>(shown_when_idle);
  take(static_cast<unsigned>(level));
  return 128 + static_cast<unsigned>(level);
}

unsigned Reference8259::read(unsigned address_bit) {
  if (polling_) return poll();
  if (address_bit == 1) return value_of(masked_);
  if (status_is_in_service_) return value_of(being_served_);
  std::vector<unsigned> requests;
  for (unsigned level = 0; level < 8; ++level) {
    if (requesting(level)) requests.push_back(level);
  }
  return value_of(requests);
}

void Reference8259::icw1(unsigned value) {
  const std::vector<unsigned> bits = bits_of(value);
  expected_words_ = {Word::kIcw2};
  if (!contains(bits, 1)) expected_words_.push_back(Word::kIcw3);
  if (contains(bits, 0)) expected_words_.push_back(Word::kIcw4);
  initialized_ = true;
  for (Input& input : inputs_) input.edge_seen = false;
  masked_.clear();
  being_served_.clear();
  has_slave_.clear();
  slave_number = 7;
  highest_to_lowest_ = {0, 1, 2, 3, 4, 5, 6, 7};
  int_output = false;
  raised_for_ = -1;
  automatic_end_ = false;
  automatic_rotation_ = false;
  special_fully_nested_ = false;
  special_mask_ = false;
  status_is_in_service_ = false;
  polling_ = false;
}

void Reference8259::ocw2(unsigned value) {
  const unsigned named = value % 8;
  // The highest level in service, of those that a non-specific EOI can end.
  int highest = -1;
  for (const unsigned level : highest_to_lowest_) {
    const bool hidden = special_mask_ && masked(level);
    if (highest < 0 && being_served(level) && !hidden) highest = static_cast<int>(level);
  }
  switch (value / 32) {
    case 0:  // rotate in automatic EOI mode: clear
      automatic_rotation_ = false;
      break;
    case 1:  // non-specific EOI
      if (highest >= 0) std::erase(being_served_, static_cast<unsigned>(highest));
      break;
    case 2:  // no operation
      break;
    case 3:  // specific EOI
      std::erase(being_served_, named);
      break;
    case 4:  // rotate in automatic EOI mode: set
      automatic_rotation_ = true;
      break;
    case 5:  // rotate on non-specific EOI
      if (highest < 0) break;
      std::erase(being_served_, static_cast<unsigned>(highest));
      make_lowest(static_cast<unsigned>(highest));
      break;
    case 6:  // set priority
      make_lowest(named);
      break;
    default:  // rotate on specific EOI
      std::erase(being_served_, named);
      make_lowest(named);
      break;
  }
}

void Reference8259::ocw3(unsigned value) {
  const unsigned special_mask_command = value / 32 % 4;
  if (special_mask_command == 2) special_mask_ = false;
  if (special_mask_command == 3) special_mask_ = true;
  if (value / 4 % 2 == 1) polling_ = true;
  const unsigned register_command = value % 4;
  if (register_command == 2) status_is_in_service_ = false;
  if (register_command == 3) status_is_in_service_ = true;
}

void Reference8259::write(unsigned address_bit, unsigned value) {
  const std::vector<unsigned> bits = bits_of(value);
  if (address_bit == 0) {
    if (contains(bits, 4)) return icw1(value);
    return contains(bits, 3) ? ocw3(value) : ocw2(value);
  }
  if (expected_words_.empty()) {
    masked_ = bits;
    return;
  }
  const Word word = expected_words_.front();
  expected_words_.pop_front();
  switch (word) {
    case Word::kIcw2:
      first_vector_ = value - value % 8;
      break;
    case Word::kIcw3:
      has_slave_ = bits;
      slave_number = value % 8;
      break;
    case Word::kIcw4:
      automatic_end_ = contains(bits, 1);
      special_fully_nested_ = contains(bits, 4);
      break;
  }
}

std::string Reference8259::text() const {
  return fmt::format("{{masked {} served {} level {} order {} int {} words {} aeoi {} smm {}}}",
                     masked_, being_served_, level_inputs, highest_to_lowest_, int_output,
                     expected_words_.size(), automatic_end_, special_mask_);
}

// The slave's INT is the master's input 2. What was low for a moment is seen as low.
void ReferencePair::settle() {
  master_.set_input(2, slave_.int_output);
  slave_.settle();
  master_.set_input(2, slave_.int_output);
  master_.settle();
}

void ReferencePair::write_port(unsigned port, unsigned value) {
  if (port == 0x20 || port == 0x21) master_.write(port - 0x20, value);
  if (port == 0xa0 || port == 0xa1) slave_.write(port - 0xa0, value);
  if (port == 0x4d0) {
    master_.level_inputs = bits_of(value);
    for (const unsigned fixed : {0U, 1U, 2U}) std::erase(master_.level_inputs, fixed);
  }
  if (port == 0x4d1) {
    slave_.level_inputs = bits_of(value);
    for (const unsigned fixed : {0U, 5U}) std::erase(slave_.level_inputs, fixed);
  }
  settle();
}

unsigned ReferencePair::read_port(unsigned port) {
  unsigned value = 0xff;
  if (port == 0x20 || port == 0x21) value = master_.read(port - 0x20);
  if (port == 0xa0 || port == 0xa1) value = slave_.read(port - 0xa0);
  if (port == 0x4d0) value = value_of(master_.level_inputs);
  if (port == 0x4d1) value = value_of(slave_.level_inputs);
  settle();
  return value;
}

void ReferencePair::set_line(unsigned line, bool high) {
  if (line < 8) {
    master_.set_input(line, high);
  } else {
    slave_.set_input(line - 8, high);
  }
  settle();
}

unsigned ReferencePair::acknowledge() {
  const Reference8259::Answer answer = master_.interrupt_acknowledge();
  unsigned vector = answer.vector;
  if (answer.asks_slave >= 0) {
    const bool there = answer.asks_slave == 2 && slave_.slave_number == 2;
    vector = there ? slave_.interrupt_acknowledge().vector : 0xff;
  }
  settle();
  return vector;
}

}  // namespace ipcsim::test
