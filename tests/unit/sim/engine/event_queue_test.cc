// SPDX-License-Identifier: BSD-2-Clause
#include "sim/engine/event_queue.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/random.h"

namespace ipcsim::engine {
namespace {

TEST_CASE("an empty queue has no next entry") {
  const EventQueue<int> queue;
  CHECK(queue.empty());
  CHECK(queue.size() == 0);
  CHECK(queue.next_cycle() == kNever);
}

TEST_CASE("entries come by cycle, at equal cycles in the order in which they were put in") {
  EventQueue<int> queue;
  queue.push(20, 1);
  queue.push(10, 2);
  queue.push(20, 3);
  queue.push(10, 4);
  queue.push(5, 5);
  std::vector<int> order;
  std::vector<Cycle> cycles;
  while (!queue.empty()) {
    cycles.push_back(queue.next_cycle());
    CHECK(queue.next() == queue.next());
    order.push_back(queue.pop());
  }
  CHECK(order == std::vector<int>{5, 2, 4, 1, 3});
  CHECK(cycles == std::vector<Cycle>{5, 10, 10, 20, 20});
}

TEST_CASE("a cancelled entry does not come, and its handle's place is used again") {
  EventQueue<int> queue;
  queue.push(10, 1);
  const EventHandle second = queue.push(20, 2);
  queue.push(30, 3);
  queue.cancel(second);
  CHECK(queue.size() == 2);
  const EventHandle fourth = queue.push(5, 4);
  CHECK(fourth == second);
  CHECK(queue.pop() == 4);
  CHECK(queue.pop() == 1);
  CHECK(queue.pop() == 3);
}

TEST_CASE("clear forgets everything") {
  EventQueue<int> queue;
  for (int i = 0; i < 10; ++i) queue.push(static_cast<Cycle>(i), i);
  queue.clear();
  CHECK(queue.empty());
  CHECK(queue.next_cycle() == kNever);
  const EventHandle first = queue.push(7, 1);
  CHECK(first.value() == 0);
  CHECK(queue.pop() == 1);
}

TEST_CASE("payloads that own something are moved in and out") {
  EventQueue<std::string> queue;
  const std::string text(100, 'x');
  queue.push(2, text);
  queue.push(1, "first");
  CHECK(queue.next() == "first");
  CHECK(queue.pop() == "first");
  CHECK(queue.pop() == text);
}

// A sorted list that does the same slowly.
class Model {
 public:
  void push(Cycle cycle, int payload, EventHandle handle) {
    const auto behind = [](const Entry& one, const Entry& other) {
      return one.cycle < other.cycle;
    };
    const Entry entry{cycle, payload, handle};
    entries_.insert(std::upper_bound(entries_.begin(), entries_.end(), entry, behind), entry);
  }
  int pop() {
    const int payload = entries_.front().payload;
    entries_.erase(entries_.begin());
    return payload;
  }
  EventHandle cancel(std::size_t index) {
    const EventHandle handle = entries_[index].handle;
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(index));
    return handle;
  }
  std::size_t size() const { return entries_.size(); }
  Cycle next_cycle() const { return entries_.empty() ? kNever : entries_.front().cycle; }

 private:
  struct Entry {
    Cycle cycle;
    int payload;
    EventHandle handle;
  };
  std::vector<Entry> entries_;
};

TEST_CASE("any sequence of calls gives the order of a sorted list") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    EventQueue<int> queue;
    Model model;
    const std::uint64_t spread = 1 + random.below(40);  // small: many equal cycles
    for (int turn = 0; turn < 2000; ++turn) {
      const std::uint64_t what = random.below(10);
      if (what < 5 || model.size() == 0) {
        const Cycle cycle = random.below(spread);
        model.push(cycle, turn, queue.push(cycle, turn));
      } else if (what < 8) {
        REQUIRE(queue.pop() == model.pop());
      } else {
        queue.cancel(model.cancel(random.below(model.size())));
      }
      REQUIRE(queue.size() == model.size());
      REQUIRE(queue.next_cycle() == model.next_cycle());
    }
    while (model.size() > 0) REQUIRE(queue.pop() == model.pop());
    CHECK(queue.empty());
  }
}

}  // namespace
}  // namespace ipcsim::engine
