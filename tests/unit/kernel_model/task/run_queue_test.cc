// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/task/run_queue.h"

#include <deque>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/arena.h"

namespace ipcsim::kernel {
namespace {

class Threads {
 public:
  explicit Threads(std::uint32_t count) {
    for (std::uint32_t id = 0; id < count; ++id) {
      threads_.emplace_back(ThreadId(id), TaskId(0), PolicyValue::descriptor_reuse_generation,
                            arena_);
    }
  }
  Thread& operator[](std::size_t index) { return threads_[index]; }

 private:
  Arena arena_;
  std::deque<Thread> threads_;
};

std::vector<std::uint32_t> order(const RunQueue& queue) {
  std::vector<std::uint32_t> ids;
  for (const Thread* thread = queue.first(); thread != nullptr; thread = thread->next_in_queue) {
    ids.push_back(thread->id.value());
  }
  return ids;
}

using Ids = std::vector<std::uint32_t>;

TEST_CASE("an empty queue has no first") {
  const RunQueue queue;
  CHECK(queue.first() == nullptr);
  CHECK(queue.size() == 0);
}

TEST_CASE("threads stand in the order in which they came") {
  Threads threads(3);
  RunQueue queue;
  for (const std::size_t index : {2U, 0U, 1U}) queue.push_back(threads[index]);
  CHECK(order(queue) == Ids{2, 0, 1});
  CHECK(queue.size() == 3);
}

TEST_CASE("any thread can leave: the first, the last, one between, the only one") {
  Threads threads(4);
  RunQueue queue;
  for (std::size_t index = 0; index < 4; ++index) queue.push_back(threads[index]);
  queue.remove(threads[2]);
  CHECK(order(queue) == Ids{0, 1, 3});
  queue.remove(threads[0]);
  CHECK(order(queue) == Ids{1, 3});
  queue.remove(threads[3]);
  CHECK(order(queue) == Ids{1});
  // Whoever comes after the last has left stands behind the new last.
  queue.push_back(threads[3]);
  CHECK(order(queue) == Ids{1, 3});
  queue.remove(threads[1]);
  queue.remove(threads[3]);
  CHECK(queue.first() == nullptr);
  CHECK(queue.size() == 0);
  queue.push_back(threads[0]);
  CHECK(order(queue) == Ids{0});
}

TEST_CASE("who has left and comes again joins the tail") {
  Threads threads(2);
  RunQueue queue;
  queue.push_back(threads[0]);
  queue.push_back(threads[1]);
  queue.remove(threads[0]);
  queue.push_back(threads[0]);
  CHECK(order(queue) == Ids{1, 0});
}

}  // namespace
}  // namespace ipcsim::kernel
