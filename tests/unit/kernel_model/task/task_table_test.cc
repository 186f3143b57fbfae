// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/task/task_table.h"

#include <set>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace ipcsim::kernel {
namespace {

TEST_CASE("ids ascend in the order in which tasks and threads are made") {
  Arena arena;
  machine::PhysicalMemory memory(arena, 16 * machine::kFrameBytes);
  FramePool frames(memory, arena);
  TaskTable table(arena, frames, memory, PolicyValue::descriptor_reuse_generation);
  Task& one = table.add_task();
  Task& two = table.add_task();
  CHECK(one.id == TaskId(0));
  CHECK(two.id == TaskId(1));
  CHECK(table.add_thread(two).id == ThreadId(0));
  CHECK(table.add_thread(one).id == ThreadId(1));
  CHECK(table.add_thread(two).id == ThreadId(2));
  CHECK(table[ThreadId(1)].task == one.id);
  CHECK(&table[TaskId(1)] == &two);
  CHECK(table.has(TaskId(1)));
  CHECK_FALSE(table.has(TaskId(2)));
  CHECK(table.tasks().size() == 2);
  CHECK(table.threads().size() == 3);
}

TEST_CASE("a task knows its threads and counts those that live") {
  Arena arena;
  machine::PhysicalMemory memory(arena, 16 * machine::kFrameBytes);
  FramePool frames(memory, arena);
  TaskTable table(arena, frames, memory, PolicyValue::descriptor_reuse_generation);
  Task& task = table.add_task();
  table.add_thread(task);
  table.add_thread(task);
  CHECK(task.live_threads == 2);
  CHECK(task.threads.size() == 2);
  CHECK(task.threads[1] == ThreadId(1));
  CHECK(task.state == TaskState::kAlive);
}

TEST_CASE("no two locks of a rank have the same place in the order") {
  Arena arena;
  machine::PhysicalMemory memory(arena, 16 * machine::kFrameBytes);
  FramePool frames(memory, arena);
  TaskTable table(arena, frames, memory, PolicyValue::descriptor_reuse_generation);
  std::set<std::pair<LockRank, std::uint32_t>> places;
  const auto is_new = [&places](const KernelLock& lock) {
    return places.emplace(lock.rank, lock.index).second;
  };
  for (int tasks = 0; tasks < 3; ++tasks) {
    Task& task = table.add_task();
    CHECK(is_new(task.descriptor_lock));
    CHECK(is_new(task.ready_lock));
    for (int threads = 0; threads < 3; ++threads) {
      Thread& thread = table.add_thread(task);
      CHECK(is_new(thread.wait_lock));
      CHECK(is_new(thread.ready_lock));
      // A poll takes its task's ready list before its thread's.
      CHECK(task.ready_lock.index < thread.ready_lock.index);
    }
  }
}

}  // namespace
}  // namespace ipcsim::kernel
