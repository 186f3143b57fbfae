// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/interrupt_controller_8259.h"

#include "sim/base/check.h"

namespace ipcsim::machine {
namespace {

constexpr unsigned kLevels = 8;
constexpr std::uint8_t kLevelBits = 0x07;
constexpr std::uint8_t kDefaultLevel = 7;

// What a word at the command port is.
constexpr std::uint8_t kIsIcw1 = 0x10;
constexpr std::uint8_t kIsOcw3 = 0x08;

constexpr std::uint8_t kIcw1Icw4Follows = 0x01;
constexpr std::uint8_t kIcw1Single = 0x02;
constexpr std::uint8_t kIcw2Base = 0xf8;
constexpr std::uint8_t kIcw4AutomaticEnd = 0x02;
constexpr std::uint8_t kIcw4SpecialFullyNested = 0x10;

constexpr std::uint8_t kOcw2Rotate = 0x80;
constexpr std::uint8_t kOcw2Specific = 0x40;
constexpr std::uint8_t kOcw2End = 0x20;

constexpr std::uint8_t kOcw3ChangesSpecialMask = 0x40;
constexpr std::uint8_t kOcw3SpecialMask = 0x20;
constexpr std::uint8_t kOcw3Poll = 0x04;
constexpr std::uint8_t kOcw3ChangesRegister = 0x02;
constexpr std::uint8_t kOcw3InService = 0x01;

constexpr std::uint8_t kPollFound = 0x80;

constexpr std::uint8_t kNobodyAnswers = 0xff;

// Timer, keyboard and cascade, clock and coprocessor are edge triggered (82371FB, "ELCR1",
// "ELCR2").
constexpr std::uint8_t kMasterCanBeLevel = 0xf8;
constexpr std::uint8_t kSlaveCanBeLevel = 0xde;

constexpr std::uint8_t bit(unsigned level) { return static_cast<std::uint8_t>(1U << level); }
constexpr std::uint8_t without(unsigned levels, unsigned others) {
  return static_cast<std::uint8_t>(levels & ~others);
}
constexpr bool has(std::uint8_t value, std::uint8_t bits) { return (value & bits) != 0; }

}  // namespace

std::optional<std::uint8_t> InterruptController8259::highest_of(std::uint8_t levels) const {
  for (unsigned distance = 1; distance <= kLevels; ++distance) {
    const auto level = static_cast<std::uint8_t>((lowest_ + distance) % kLevels);
    if (has(levels, bit(level))) return level;
  }
  return std::nullopt;
}

std::optional<std::uint8_t> InterruptController8259::served_next() const {
  if (state_ != State::kReady) return std::nullopt;
  const std::uint8_t waiting = without(request_register(), mask_);
  // "Special Mask Mode": a masked level in service locks nobody out.
  const std::uint8_t blocking = special_mask_ ? without(in_service_, mask_) : in_service_;
  const std::optional<std::uint8_t> first = highest_of(waiting | blocking);
  if (!first || !has(waiting, bit(*first))) return std::nullopt;
  if (!has(blocking, bit(*first))) return first;
  // "Special Fully Nested Mode": a slave in service is not locked out itself.
  const bool passes = special_fully_nested_ && !single_ && has(cascade_, bit(*first));
  return passes ? first : std::nullopt;
}

void InterruptController8259::serve(std::uint8_t level) {
  risen_ = without(risen_, bit(level));
  if (!automatic_end_) {
    in_service_ |= bit(level);
  } else if (rotates_at_automatic_end_) {
    lowest_ = level;
  }
}

InterruptController8259::Acknowledged InterruptController8259::acknowledge() {
  const std::optional<std::uint8_t> level = served_next();
  offered_.reset();
  const std::uint8_t given = level.value_or(kDefaultLevel);
  Acknowledged result{.vector = static_cast<std::uint8_t>(vector_base_ | given), .slave = {}};
  if (!level) return result;
  if (!single_ && has(cascade_, bit(*level))) result.slave = level;
  serve(*level);
  return result;
}

void InterruptController8259::resume() {
  if (const std::optional<std::uint8_t> level = served_next()) offered_ = level;
}

void InterruptController8259::set_line(unsigned level, bool high) {
  SIM_CHECK(level < kLevels, "a controller has eight lines");
  if (!high) {
    high_ = without(high_, bit(level));
  } else if (!has(high_, bit(level))) {
    high_ |= bit(level);
    risen_ |= bit(level);
  }
  resume();
}

void InterruptController8259::set_level_triggered(std::uint8_t levels) {
  level_triggered_ = levels;
  resume();
}

void InterruptController8259::write_command(std::uint8_t value) {
  if (has(value, kIsIcw1)) {
    begin_initialization(value);
  } else if (has(value, kIsOcw3)) {
    set_modes(value);
  } else {
    operate(value);
  }
  resume();
}

// Data sheet, "Initialization Command Words 1 and 2": what happens automatically. "The edge sense
// circuit is reset": a line that is high must fall and rise again.
void InterruptController8259::begin_initialization(std::uint8_t icw1) {
  risen_ = mask_ = in_service_ = 0;
  lowest_ = 7;
  cascade_ = 7;  // "the slave mode address"
  offered_.reset();
  single_ = has(icw1, kIcw1Single);
  expects_icw4_ = has(icw1, kIcw1Icw4Follows);
  automatic_end_ = rotates_at_automatic_end_ = special_fully_nested_ = false;
  special_mask_ = shows_in_service_ = polled_ = false;
  state_ = State::kAwaitsIcw2;
}

void InterruptController8259::end_initialization() {
  state_ = expects_icw4_ ? State::kAwaitsIcw4 : State::kReady;
}

void InterruptController8259::write_data(std::uint8_t value) {
  switch (state_) {
    case State::kAwaitsIcw2:
      vector_base_ = value & kIcw2Base;
      state_ = State::kAwaitsIcw3;
      if (single_) end_initialization();
      break;
    case State::kAwaitsIcw3:
      cascade_ = value;
      end_initialization();
      break;
    case State::kAwaitsIcw4:
      automatic_end_ = has(value, kIcw4AutomaticEnd);
      special_fully_nested_ = has(value, kIcw4SpecialFullyNested);
      state_ = State::kReady;
      break;
    case State::kUntouched:
    case State::kReady:
      mask_ = value;
      break;
  }
  resume();
}

void InterruptController8259::operate(std::uint8_t ocw2) {
  const bool rotates = has(ocw2, kOcw2Rotate);
  const bool specific = has(ocw2, kOcw2Specific);
  const std::uint8_t named = ocw2 & kLevelBits;
  if (!has(ocw2, kOcw2End)) {
    if (!specific) {
      rotates_at_automatic_end_ = rotates;
    } else if (rotates) {
      lowest_ = named;
    }
    return;
  }
  // In special mask mode a masked level "will not be cleared by a non-specific EOI" (data sheet,
  // "End of Interrupt").
  const std::uint8_t ending = special_mask_ ? without(in_service_, mask_) : in_service_;
  const std::optional<std::uint8_t> level = specific ? named : highest_of(ending);
  if (!level) return;
  in_service_ = without(in_service_, bit(*level));
  if (rotates) lowest_ = *level;
}

void InterruptController8259::set_modes(std::uint8_t ocw3) {
  if (has(ocw3, kOcw3ChangesSpecialMask)) special_mask_ = has(ocw3, kOcw3SpecialMask);
  if (has(ocw3, kOcw3ChangesRegister)) shows_in_service_ = has(ocw3, kOcw3InService);
  if (has(ocw3, kOcw3Poll)) polled_ = true;
}

std::uint8_t InterruptController8259::answer_poll() {
  polled_ = false;
  const std::optional<std::uint8_t> level = served_next();
  // Without a request the data sheet gives the level no meaning; a recorded machine shows the one
  // that INT had risen for.
  const std::uint8_t idle = offered_.value_or(0);
  offered_.reset();
  if (level) serve(*level);
  return level ? kPollFound | *level : idle;
}

std::uint8_t InterruptController8259::read_command() {
  if (polled_) return answer_poll();
  return shows_in_service_ ? in_service_ : request_register();
}

std::uint8_t InterruptController8259::read_data() { return polled_ ? answer_poll() : mask_; }

// The wire from the slave's INT to the master. Every operation passes by here while the slave's INT
// may still be low, so that the master sees a new edge when the slave has more to offer.
void InterruptControllerPair::connect() {
  master_.set_line(kCascadeLine, slave_.requests());
  slave_.resume();
  master_.set_line(kCascadeLine, slave_.requests());
}

void InterruptControllerPair::write_port(std::uint16_t port, std::uint8_t value) {
  switch (port) {
    case 0x20:
      master_.write_command(value);
      break;
    case 0x21:
      master_.write_data(value);
      break;
    case 0xa0:
      slave_.write_command(value);
      break;
    case 0xa1:
      slave_.write_data(value);
      break;
    case 0x4d0:
      master_.set_level_triggered(value & kMasterCanBeLevel);
      break;
    case 0x4d1:
      slave_.set_level_triggered(value & kSlaveCanBeLevel);
      break;
    default:
      break;
  }
  connect();
}

std::uint8_t InterruptControllerPair::read_port(std::uint16_t port) {
  std::uint8_t value = kNobodyAnswers;
  switch (port) {
    case 0x20:
      value = master_.read_command();
      break;
    case 0x21:
      value = master_.read_data();
      break;
    case 0xa0:
      value = slave_.read_command();
      break;
    case 0xa1:
      value = slave_.read_data();
      break;
    case 0x4d0:
      value = master_.level_triggered();
      break;
    case 0x4d1:
      value = slave_.level_triggered();
      break;
    default:
      break;
  }
  connect();
  return value;
}

void InterruptControllerPair::set_line(unsigned line, bool high) {
  SIM_CHECK(line < 2 * kLevels && line != kCascadeLine, "no device has this line");
  if (line < kLevels) {
    master_.set_line(line, high);
  } else {
    slave_.set_line(line - kLevels, high);
  }
  connect();
}

std::uint8_t InterruptControllerPair::acknowledge() {
  const InterruptController8259::Acknowledged result = master_.acknowledge();
  std::uint8_t vector = result.vector;
  if (result.slave) {
    // The master names the slave on the cascade lines; one that is not there drives no vector.
    const bool there = *result.slave == kCascadeLine && slave_.identity() == kCascadeLine;
    vector = there ? slave_.acknowledge().vector : kNobodyAnswers;
  }
  connect();
  return vector;
}

}  // namespace ipcsim::machine
