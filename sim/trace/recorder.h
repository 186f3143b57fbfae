// SPDX-License-Identifier: BSD-2-Clause
// Recorder: where a running simulation leaves its events. Appending is a store of 64 bytes; bytes
// of messages go to a side store. Nothing is formatted here. Memory is kept from run to run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/trace/record.h"

namespace ipcsim::trace {

// A set of event kinds: bit k stands for the k-th kind of the program's table of kinds.
using KindMask = std::uint32_t;

class Recorder {
 public:
  explicit Recorder(KindMask recorded = ~KindMask{0}) : recorded_(recorded) {}

  bool records(unsigned kind) const { return (recorded_ >> kind & 1U) != 0; }
  KindMask recorded() const { return recorded_; }

  // Member by member, since the members were written one by one a moment ago: wider loads would
  // have to wait until those writes have reached the cache.
  void append(const Record& record) {
    Record& slot = next_slot();
    slot.cycle = record.cycle;
    slot.lane = record.lane;
    slot.step = record.step;
    slot.event = record.event;
    slot.cpu = record.cpu;
    slot.source = record.source;
    slot.flow = record.flow;
    slot.why = record.why;
    slot.result = record.result;
    slot.arguments = record.arguments;
  }

  // A fresh record to fill in where it stays, the fastest way: no copy at all. Valid until the
  // next one is appended.
  Record& append() {
    Record& slot = next_slot();
    slot = Record{};
    return slot;
  }

  // Keeps a copy of a message's bytes; the number given back goes into an argument and is read
  // with bytes().
  std::uint64_t keep(std::span<const std::byte> bytes);
  std::span<const std::byte> bytes(std::uint64_t number) const;

  std::span<const Record> records() const { return std::span(slots_).first(used_); }

  // All that was kept, in order, each message's length before it: what a fingerprint covers.
  std::span<const std::byte> kept() const { return std::span(store_).first(kept_); }

  // A new number for an arrow between two lanes; the first is 1.
  std::uint32_t next_flow() { return ++flows_; }

  // Begins another run: forgets this one and records the kinds of `recorded`.
  void start(KindMask recorded) {
    clear();
    recorded_ = recorded;
  }

  // Forgets the run and starts the numbers anew; the memory stays for the next run.
  void clear();

 private:
  Record& next_slot() {
    if (used_ == slots_.size()) grow();
    return slots_[used_++];
  }
  void grow();

  KindMask recorded_;
  std::uint32_t flows_ = 0;
  std::vector<Record> slots_;  // those behind the first used_ hold what an earlier run left there
  std::size_t used_ = 0;
  std::vector<std::byte> store_;
  std::size_t kept_ = 0;  // so much of store_ is of this run
};

}  // namespace ipcsim::trace
