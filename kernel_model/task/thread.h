// SPDX-License-Identifier: BSD-2-Clause
// Thread: one flow of control of a task. It is in exactly one run state (RunState); killed or
// ended, it never goes back.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "kernel_model/abi/ids.h"
#include "kernel_model/abi/system_call.h"
#include "kernel_model/machine/cpu.h"
#include "kernel_model/object/descriptor_table.h"
#include "kernel_model/object/kernel_lock.h"
#include "kernel_model/object/readiness.h"
#include "kernel_model/task/run_state.h"
#include "kernel_model/task/wait_record.h"
#include "sim/engine/fiber.h"

namespace ipcsim::kernel {

class AwaitCondition;
class Kernel;
class ThreadProgram;
struct Processor;

struct Thread {
  Thread(ThreadId thread, TaskId owner, PolicyValue reuse, std::pmr::memory_resource& memory)
      : id(thread),
        task(owner),
        descriptors(Scope::kThreadLocal, reuse, memory),
        wait(memory),
        held_locks(&memory),
        polled(&memory) {}

  ThreadId id;
  TaskId task;
  std::string_view name;  // "consumer.main"
  trace::LaneId lane;
  trace::SourceLine source;  // the scenario statement it executes
  CpuId pinned;              // the only CPU it may run on, or none
  bool background = false;

  RunState state = RunState::kReady;
  EndCause end_cause = EndCause::kExit;
  bool killed = false;  // it is to end at the next opportunity

  // Running.
  Kernel* kernel = nullptr;
  ThreadProgram* program = nullptr;
  engine::Fiber* fiber = nullptr;  // none before its first run
  Processor* processor = nullptr;  // where it runs, while it runs
  Cycles user_debt = 0;            // user code done but not yet charged
  Cycle entered_kernel = 0;        // when its current call left user code
  Cycles resume_cost = 0;          // from being switched to, to user code
  machine::Activity resume_activity = machine::kSwitch;
  Thread* next_in_queue = nullptr;  // of the run queue

  // Inside the kernel.
  DescriptorTable descriptors;  // thread-local ends
  ReadyList ready;              // of its thread-local ends
  WaitRecord wait;
  KernelLock wait_lock{LockRank::kWaitRecord};
  KernelLock ready_lock{LockRank::kReadyList};
  std::pmr::vector<KernelLock*> held_locks;
  std::pmr::vector<EndId> polled;           // the ends of its current poll, ascending
  const KernelLock* wanted_lock = nullptr;  // while it spins
  const AwaitCondition* awaited = nullptr;  // while awaiting
};

}  // namespace ipcsim::kernel
