// SPDX-License-Identifier: BSD-2-Clause
// KernelState: the whole kernel of one run, at rest: every table, queue and lock. There is nothing
// else to know of it, so this is what invariants are checked against.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "kernel_model/abi/configuration.h"
#include "kernel_model/abi/system_call.h"
#include "kernel_model/ipc/ipc_calls.h"
#include "kernel_model/ipc/ipc_state.h"
#include "kernel_model/machine/cost_model.h"
#include "kernel_model/machine/device.h"
#include "kernel_model/machine/interrupt_network.h"
#include "kernel_model/machine/physical_memory.h"
#include "kernel_model/memory/frame_pool.h"
#include "kernel_model/object/kernel_lock.h"
#include "kernel_model/object/tracer.h"
#include "kernel_model/state/traffic.h"
#include "kernel_model/task/scheduler.h"
#include "kernel_model/task/task_table.h"
#include "kernel_model/upcall/fault_socket.h"
#include "kernel_model/upcall/interrupt_line.h"
#include "kernel_model/upcall/unhandled_fault.h"

namespace ipcsim::kernel {

struct KernelState {
  KernelState(engine::Engine& engine, Tracer& trace, Arena& run_arena,
              const Configuration& configuration, const machine::CostModel& cost_model,
              std::span<engine::EventQueue<ThreadId>> timers, Cycles slice,
              std::uint64_t memory_pages)
      : arena(run_arena),
        config(configuration),
        cost(cost_model),
        memory(run_arena, memory_pages * machine::kFrameBytes),
        frames(memory, run_arena),
        interrupts(engine, run_arena, cost_model.inter_processor_interrupt),
        tasks(run_arena, frames, memory, reuse_of(configuration)),
        scheduler(engine, trace, run_arena, tasks, memory, interrupts, cost_model, timers, slice,
                  configuration.is(PolicyValue::wake_ipi) ? PolicyValue::wake_ipi
                                                          : PolicyValue::wake_tick),
        ipc(run_arena, tasks, scheduler, config),
        faults(run_arena, tasks, ipc),
        devices(&run_arena),
        lines(&run_arena),
        unhandled_faults(&run_arena) {}

  KernelState(const KernelState&) = delete;
  KernelState& operator=(const KernelState&) = delete;

  Arena& arena;
  Configuration config;
  const machine::CostModel& cost;
  machine::PhysicalMemory memory;
  FramePool frames;
  machine::InterruptNetwork interrupts;
  TaskTable tasks;
  Scheduler scheduler;
  IpcState ipc;
  const OwnIpc* own_ipc = nullptr;  // knows what `ipc` does not, where somebody brought one
  FaultSocket faults;

  // By DeviceId.
  std::pmr::vector<machine::Device*> devices;
  std::pmr::vector<InterruptLine*> lines;

  KernelLock big_lock{LockRank::kBig};
  KernelLock task_table_lock{LockRank::kTaskTable};

  std::uint32_t foreground_threads = 0;       // that have not ended: the run waits for them
  std::uint32_t outside_events = 0;           // injections still to come at their cycle
  std::array<CallCount, kSystemCalls> calls;  // by SystemCall
  Traffic traffic;
  std::pmr::vector<UnhandledFault> unhandled_faults;  // reported when the run is over
  // Grows whenever something changes that a condition can name; see StepObserver.
  std::uint64_t changes = 0;

  CallCount& count_of(SystemCall call) { return calls[static_cast<std::size_t>(call)]; }

 private:
  static PolicyValue reuse_of(const Configuration& configuration) {
    if (configuration.is(PolicyValue::descriptor_reuse_lowest)) {
      return PolicyValue::descriptor_reuse_lowest;
    }
    return configuration.is(PolicyValue::descriptor_reuse_never)
               ? PolicyValue::descriptor_reuse_never
               : PolicyValue::descriptor_reuse_generation;
  }
};

}  // namespace ipcsim::kernel
