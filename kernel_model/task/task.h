// SPDX-License-Identifier: BSD-2-Clause
// Task: what threads share: an identity, full-task ends, limits. It lives as long as it has
// threads.
//
//   kAlive --exit_task, kill, last thread ends--> kDying --torn down by its last thread--> kEnded
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "kernel_model/abi/ids.h"
#include "kernel_model/memory/address_space.h"
#include "kernel_model/object/descriptor_table.h"
#include "kernel_model/object/kernel_lock.h"
#include "kernel_model/object/readiness.h"
#include "kernel_model/task/run_state.h"

namespace ipcsim::kernel {

enum class TaskState : std::uint8_t { kAlive, kDying, kEnded };

struct Task {
  Task(TaskId task, PolicyValue reuse, FramePool& pool, machine::PhysicalMemory& memory,
       std::pmr::memory_resource& resource)
      : id(task),
        threads(&resource),
        descriptors(Scope::kFullTask, reuse, resource),
        space(task, pool, memory, resource) {}

  TaskId id;
  std::string_view name;
  std::uint32_t uid = 0;
  bool privileged = false;

  TaskState state = TaskState::kAlive;
  EndCause end_cause = EndCause::kExit;
  std::pmr::vector<ThreadId> threads;  // ascending, also those that have ended
  std::uint32_t live_threads = 0;

  DescriptorTable descriptors;         // full-task ends
  ReadyList ready;                     // of its full-task ends
  ThreadId poll_all_thread;            // who is blocked in poll_all, or none
  std::uint32_t claimed = 0;           // full-task ends that an explicit poll has claimed
  std::uint32_t connections = 0;       // open ends that its own connect made
  std::uint32_t waiting_connects = 0;  // of its threads, that have reserved a connection
  std::uint8_t exhausted = 0;          // limits that count as reached, by LimitName
  std::uint32_t ports = 0;             // its ends that are not connected yet

  AddressSpace space;
  std::uint32_t frames = 0;         // data frames that it made and holds
  std::uint32_t queued_faults = 0;  // records of its threads that the memory daemon has not taken

  KernelLock descriptor_lock{LockRank::kDescriptorTable};
  KernelLock ready_lock{LockRank::kReadyList};
};

}  // namespace ipcsim::kernel
