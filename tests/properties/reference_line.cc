// SPDX-License-Identifier: BSD-2-Clause
#include "tests/properties/reference_line.h"

namespace ipcsim::test {

using machine::Acceptance;

Acceptance ReferenceLine::rise() {
  high_ = true;
  if (masked_) return Acceptance::kMasked;
  if (level_ && in_service_) return Acceptance::kRemoteIrr;
  const bool known = pending_.contains(cpu_);
  ask();
  return known ? Acceptance::kCoalesced : Acceptance::kAccepted;
}

void ReferenceLine::ask() {
  pending_.insert(cpu_);
  in_service_ = level_;
}

bool ReferenceLine::taken(unsigned cpu) { return pending_.erase(cpu) == 1; }

void ReferenceLine::ended() {
  in_service_ = false;
  if (level_ && high_ && !masked_) ask();
}

void ReferenceLine::set_masked(bool masked, Change& change) {
  if (masked == masked_) return;
  masked_ = masked;
  (masked ? change.masks : change.unmasks) = true;
  if (level_ && high_ && !masked_ && !in_service_) ask();
}

void ReferenceLine::tell(Change& change) {
  change.signals = true;
  unanswered_ = true;
  heard_ = false;
  ++sequence_;
}

// Level: masked at entry; then the driver is told. Edge: the first is told; a second before the
// acknowledgement, or any without a driver, is latched.
ReferenceLine::Change ReferenceLine::interrupt() {
  Change change;
  if (level_) {
    set_masked(true, change);
    if (driver_ != kNobody) tell(change);
  } else if (driver_ != kNobody && !unanswered_) {
    tell(change);
  } else {
    change.latches = latched_ = true;
    set_masked(true, change);
  }
  return change;
}

// Unmask; what is latched is told now.
ReferenceLine::Change ReferenceLine::go_on() {
  Change change;
  set_masked(false, change);
  if (latched_) tell(change);
  latched_ = false;
  return change;
}

ReferenceLine::Change ReferenceLine::open(unsigned task, int end, unsigned cpu) {
  holder_ = task;
  certain_ = true;
  driver_ = end;
  cpu_ = cpu;
  return go_on();
}

ReferenceLine::Change ReferenceLine::acknowledge() {
  unanswered_ = false;
  return go_on();
}

// A level waits for the next driver. So does an edge that this one was told of and never heard of.
ReferenceLine::Change ReferenceLine::close() {
  Change change;
  const bool unheard = unanswered_ && !heard_;
  driver_ = kNobody;
  unanswered_ = false;
  if (level_) {
    set_masked(true, change);
  } else if (unheard && !latched_) {
    change.latches = latched_ = true;
    set_masked(true, change);
  }
  return change;
}

}  // namespace ipcsim::test
