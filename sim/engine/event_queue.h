// SPDX-License-Identifier: BSD-2-Clause
// EventQueue<Payload>: things that will happen, in one total order: by cycle, and at the same cycle
// in the order in which they were put in. Nothing else decides, so the order is the same
// everywhere.
//
// A 4-ary heap of small nodes; each pending entry has a slot that does not move, so that it can be
// cancelled by its handle in O(log n). Memory is kept when entries go.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/check.h"
#include "sim/base/cycles.h"
#include "sim/base/strong_id.h"

namespace ipcsim::engine {

// Names one pending entry; `none()` names nothing. Valid until the entry is popped or cancelled.
using EventHandle = StrongId<struct EventHandleTag>;

template <class Payload>
class EventQueue {
 public:
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }

  // The cycle of the first entry; kNever when there is none.
  Cycle next_cycle() const { return heap_.empty() ? kNever : heap_.front().cycle; }
  const Payload& next() const { return slots_[heap_.front().slot].payload; }

  EventHandle push(Cycle cycle, Payload payload) {
    std::uint32_t slot = 0;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(slots_.size());
      slots_.push_back({});
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    slots_[slot].payload = std::move(payload);
    heap_.push_back({});
    rise(heap_.size() - 1, Node{cycle, next_sequence_++, slot});
    return EventHandle(slot);
  }

  Payload pop() {
    SIM_CHECK(!heap_.empty(), "an entry was taken from an empty event queue");
    const std::uint32_t slot = heap_.front().slot;
    remove(0);
    free_.push_back(slot);
    return std::move(slots_[slot].payload);
  }

  void cancel(EventHandle handle) {
    SIM_CHECK(handle.valid() && handle.value() < slots_.size(), "no such entry to cancel");
    const std::size_t position = slots_[handle.value()].position;
    SIM_CHECK(position < heap_.size() && heap_[position].slot == handle.value(),
              "the entry to cancel is not pending");
    remove(position);
    free_.push_back(handle.value());
  }

  void clear() {
    heap_.clear();
    slots_.clear();
    free_.clear();
    next_sequence_ = 0;
  }

 private:
  struct Node {
    Cycle cycle;
    std::uint64_t sequence;
    std::uint32_t slot;

    bool before(const Node& other) const {
      return cycle != other.cycle ? cycle < other.cycle : sequence < other.sequence;
    }
  };
  struct Slot {
    Payload payload;
    std::size_t position = 0;  // in the heap, while pending
  };
  static constexpr std::size_t kChildren = 4;

  void place(std::size_t position, const Node& node) {
    heap_[position] = node;
    slots_[node.slot].position = position;
  }

  void rise(std::size_t position, const Node& node) {
    while (position > 0) {
      const std::size_t parent = (position - 1) / kChildren;
      if (!node.before(heap_[parent])) break;
      place(position, heap_[parent]);
      position = parent;
    }
    place(position, node);
  }

  void sink(std::size_t position, const Node& node) {
    for (;;) {
      const std::size_t first = position * kChildren + 1;
      if (first >= heap_.size()) break;
      std::size_t least = first;
      const std::size_t end = first + kChildren < heap_.size() ? first + kChildren : heap_.size();
      for (std::size_t child = first + 1; child < end; ++child) {
        if (heap_[child].before(heap_[least])) least = child;
      }
      if (!heap_[least].before(node)) break;
      place(position, heap_[least]);
      position = least;
    }
    place(position, node);
  }

  void remove(std::size_t position) {
    const Node last = heap_.back();
    heap_.pop_back();
    if (position == heap_.size()) return;
    if (position > 0 && last.before(heap_[(position - 1) / kChildren])) {
      rise(position, last);
    } else {
      sink(position, last);
    }
  }

  std::vector<Node> heap_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t next_sequence_ = 0;
};

}  // namespace ipcsim::engine
