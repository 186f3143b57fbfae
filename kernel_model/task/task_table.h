// SPDX-License-Identifier: BSD-2-Clause
// TaskTable: all tasks and threads of a run, by id. Nothing is removed: an id is never used again.
#pragma once

#include <memory_resource>
#include <vector>

#include "kernel_model/task/task.h"
#include "kernel_model/task/thread.h"
#include "sim/base/arena.h"

namespace ipcsim::kernel {

class TaskTable {
 public:
  TaskTable(Arena& arena, FramePool& frames, machine::PhysicalMemory& memory, PolicyValue reuse)
      : arena_(arena),
        frames_(frames),
        memory_(memory),
        reuse_(reuse),
        tasks_(&arena),
        threads_(&arena) {}

  Task& add_task() {
    const TaskId id(static_cast<std::uint32_t>(tasks_.size()));
    Task* const task = arena_.make<Task>(id, reuse_, frames_, memory_, arena_);
    task->descriptor_lock.index = task->ready_lock.index = task->space.lock.index = id.value();
    tasks_.push_back(task);
    return *task;
  }

  Thread& add_thread(Task& task) {
    const ThreadId id(static_cast<std::uint32_t>(threads_.size()));
    Thread* const thread = arena_.make<Thread>(id, task.id, reuse_, arena_);
    // Ready lists of tasks and of threads are one kind of object: threads count from the top.
    thread->wait_lock.index = id.value();
    thread->ready_lock.index = ~id.value();
    threads_.push_back(thread);
    task.threads.push_back(id);
    ++task.live_threads;
    return *thread;
  }

  Task& operator[](TaskId id) { return *tasks_[id.value()]; }
  const Task& operator[](TaskId id) const { return *tasks_[id.value()]; }
  Thread& operator[](ThreadId id) { return *threads_[id.value()]; }
  const Thread& operator[](ThreadId id) const { return *threads_[id.value()]; }

  const std::pmr::vector<Task*>& tasks() const { return tasks_; }
  const std::pmr::vector<Thread*>& threads() const { return threads_; }

  bool has(TaskId id) const { return id.value() < tasks_.size(); }

 private:
  Arena& arena_;
  FramePool& frames_;
  machine::PhysicalMemory& memory_;
  PolicyValue reuse_;
  std::pmr::vector<Task*> tasks_;
  std::pmr::vector<Thread*> threads_;
};

}  // namespace ipcsim::kernel
