// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/interrupt_controller_8259.h"

#include "sim/base/check.h"

namespace ipcsim::machine {
namespace {

constexpr unsigned kLevels = 8;
constexpr std::uint8_t kSpuriousLevel = 7;
constexpr unsigned kCascadeLine = 2;

// The lines that the board fixes to edges: timer, keyboard, cascade; clock, coprocessor.
constexpr std::uint8_t kFirstCanBeLevel = 0xf8;
constexpr std::uint8_t kSecondCanBeLevel = 0xde;

constexpr std::uint8_t bit(unsigned level) { return static_cast<std::uint8_t>(1U << level); }
constexpr bool has(unsigned bits, unsigned which) { return (bits & which) != 0; }

// Command words by bits 4:3 of the command port.
constexpr unsigned kIcw1 = 0x10;
constexpr unsigned kOcw3 = 0x08;

}  // namespace

std::optional<std::uint8_t> InterruptController8259::first_of(std::uint8_t levels) const {
  for (unsigned place = 1; place <= kLevels; ++place) {
    const auto level = static_cast<std::uint8_t>((lowest_ + place) % kLevels);
    if (has(levels, bit(level))) return level;
  }
  return std::nullopt;
}

std::optional<std::uint8_t> InterruptController8259::served_next() const {
  const auto waiting = static_cast<std::uint8_t>(requests_ & ~mask_);
  auto blocking = static_cast<std::uint8_t>(special_mask_ ? in_service_ & ~mask_ : in_service_);
  const std::optional<std::uint8_t> first = first_of(waiting);
  if (!first) return std::nullopt;
  // Another controller's interrupt lets a higher one of that controller pass.
  if (fully_nested_cascade_) blocking &= static_cast<std::uint8_t>(~cascade_);
  const std::optional<std::uint8_t> served = first_of(blocking);
  if (!served) return first;
  const auto place_of = [this](std::uint8_t level) { return (level - lowest_ - 1U) % kLevels; };
  return place_of(*first) < place_of(*served) ? first : std::nullopt;
}

void InterruptController8259::signal() {
  if (!signalled_) signalled_ = served_next();
}

std::uint8_t InterruptController8259::acknowledge() {
  const std::optional<std::uint8_t> level = served_next();
  signalled_.reset();
  if (!level) return kSpuriousLevel;
  if (!has(level_triggered_, bit(*level))) requests_ &= static_cast<std::uint8_t>(~bit(*level));
  if (!automatic_end_) {
    in_service_ |= bit(*level);
  } else if (rotates_at_automatic_end_) {
    lowest_ = *level;
  }
  signal();
  return *level;
}

void InterruptController8259::set_line(unsigned line, bool high) {
  const bool rises = high && !has(high_, bit(line));
  if (high) {
    high_ |= bit(line);
  } else {
    high_ &= static_cast<std::uint8_t>(~bit(line));
  }
  if (!high) {
    requests_ &= static_cast<std::uint8_t>(~bit(line));
  } else if (rises || has(level_triggered_, bit(line))) {
    requests_ |= bit(line);
  }
  signal();
}

void InterruptController8259::set_level_triggered(std::uint8_t lines) {
  level_triggered_ = lines;
  requests_ = static_cast<std::uint8_t>((requests_ & ~lines) | (high_ & lines));
  signal();
}

void InterruptController8259::write_command(std::uint8_t value) {
  if (has(value, kIcw1)) {
    start(value);
  } else if (has(value, kOcw3)) {
    set_modes(value);
  } else {
    end_of_interrupt(value);
  }
  signal();
}

// ICW1 forgets masks, services and edges; a line that is high must rise anew.
void InterruptController8259::start(std::uint8_t icw1) {
  constexpr unsigned kWantsMode = 1;
  constexpr unsigned kSingle = 2;
  mask_ = in_service_ = 0;
  signalled_.reset();
  requests_ &= level_triggered_;
  lowest_ = 7;
  special_mask_ = reads_in_service_ = polled_ = false;
  automatic_end_ = rotates_at_automatic_end_ = fully_nested_cascade_ = false;
  wants_mode_ = has(icw1, kWantsMode);
  single_ = has(icw1, kSingle);
  initialisation_ = Initialisation::kVector;
}

void InterruptController8259::write_data(std::uint8_t value) {
  constexpr std::uint8_t kBaseBits = 0xf8;
  constexpr unsigned kAutomaticEnd = 1U << 1;
  constexpr unsigned kFullyNestedCascade = 1U << 4;
  const Initialisation last = wants_mode_ ? Initialisation::kMode : Initialisation::kDone;
  switch (initialisation_) {
    case Initialisation::kVector:
      base_ = value & kBaseBits;
      initialisation_ = single_ ? last : Initialisation::kCascade;
      return;
    case Initialisation::kCascade:
      cascade_ = value;
      initialisation_ = last;
      return;
    case Initialisation::kMode:
      automatic_end_ = has(value, kAutomaticEnd);
      fully_nested_cascade_ = has(value, kFullyNestedCascade);
      initialisation_ = Initialisation::kDone;
      return;
    case Initialisation::kDone:
      mask_ = value;
      signal();
      return;
  }
}

// OCW2: bit 7 rotates, bit 6 names a level, bit 5 ends an interrupt.
void InterruptController8259::end_of_interrupt(std::uint8_t ocw2) {
  const bool rotates = has(ocw2, 0x80);
  const bool specific = has(ocw2, 0x40);
  const bool ends = has(ocw2, 0x20);
  const auto named = static_cast<std::uint8_t>(ocw2 & 7);
  if (!ends) {
    if (rotates && specific) lowest_ = named;  // set priority
    if (!specific) rotates_at_automatic_end_ = rotates;
    return;
  }
  // In special mask mode a level that is masked is not the one that has ended.
  const std::uint8_t candidates =
      special_mask_ ? static_cast<std::uint8_t>(in_service_ & ~mask_) : in_service_;
  const std::optional<std::uint8_t> level = specific ? named : first_of(candidates);
  if (!level) return;
  in_service_ &= static_cast<std::uint8_t>(~bit(*level));
  if (rotates) lowest_ = *level;
}

// OCW3: bits 6:5 the special mask, bit 2 a poll, bits 1:0 which register is read.
void InterruptController8259::set_modes(std::uint8_t ocw3) {
  if (has(ocw3, 0x40)) special_mask_ = has(ocw3, 0x20);
  if (has(ocw3, 0x04)) {
    polled_ = true;
  } else if (has(ocw3, 0x02)) {
    reads_in_service_ = has(ocw3, 0x01);
  }
}

std::uint8_t InterruptController8259::answer_poll() {
  constexpr std::uint8_t kPending = 0x80;
  polled_ = false;
  if (served_next()) return kPending | acknowledge();
  return signalled_.value_or(0);  // the data sheet says nothing of these bits without bit 7
}

std::uint8_t InterruptController8259::read_command() {
  if (polled_) return answer_poll();
  return reads_in_service_ ? in_service_ : requests_;
}

std::uint8_t InterruptController8259::read_data() { return polled_ ? answer_poll() : mask_; }

void InterruptControllerPair::write_port(std::uint16_t port, std::uint8_t value) {
  switch (port) {
    case 0x20:
      first_.write_command(value);
      break;
    case 0x21:
      first_.write_data(value);
      break;
    case 0xa0:
      second_.write_command(value);
      break;
    case 0xa1:
      second_.write_data(value);
      break;
    case 0x4d0:
      first_.set_level_triggered(value & kFirstCanBeLevel);
      break;
    case 0x4d1:
      second_.set_level_triggered(value & kSecondCanBeLevel);
      break;
    default:
      break;
  }
  update_cascade();
}

std::uint8_t InterruptControllerPair::read_port(std::uint16_t port) {
  std::uint8_t value = 0xff;
  switch (port) {
    case 0x20:
      value = first_.read_command();
      break;
    case 0x21:
      value = first_.read_data();
      break;
    case 0xa0:
      value = second_.read_command();
      break;
    case 0xa1:
      value = second_.read_data();
      break;
    case 0x4d0:
      value = first_.level_triggered();
      break;
    case 0x4d1:
      value = second_.level_triggered();
      break;
    default:
      break;
  }
  update_cascade();
  return value;
}

void InterruptControllerPair::set_line(unsigned line, bool high) {
  SIM_CHECK(line < 2 * kLevels && line != kCascadeLine, "no device has this line");
  if (line < kLevels) {
    first_.set_line(line, high);
  } else {
    second_.set_line(line - kLevels, high);
    update_cascade();
  }
}

std::uint8_t InterruptControllerPair::acknowledge() {
  const std::uint8_t level = first_.acknowledge();
  if (level != kCascadeLine) return first_.vector_of(level);
  const std::uint8_t vector = second_.vector_of(second_.acknowledge());
  update_cascade();
  return vector;
}

void InterruptControllerPair::update_cascade() {
  first_.set_line(kCascadeLine, second_.requests());
}

}  // namespace ipcsim::machine
