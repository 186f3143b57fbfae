// SPDX-License-Identifier: BSD-2-Clause
// Processor: what the kernel keeps per CPU: who runs there, until when, and which timers end there.
#pragma once

#include <memory_resource>

#include "kernel_model/machine/cpu.h"
#include "kernel_model/machine/interrupt_network.h"
#include "kernel_model/machine/mmu.h"
#include "kernel_model/memory/tlb_shootdown.h"
#include "kernel_model/task/thread.h"
#include "sim/engine/event_queue.h"

namespace ipcsim::kernel {

struct Processor {
  Processor(engine::Engine& engine, CpuId cpu_id, trace::LaneId lane, Arena& arena,
            machine::PhysicalMemory& memory, machine::InterruptNetwork& interrupts)
      : id(cpu_id),
        cpu(engine, engine::AgentId(cpu_id.value()), lane, interrupts, arena),
        mmu(arena, memory),
        idle(ThreadId::none(), TaskId::none(), PolicyValue::descriptor_reuse_generation, arena),
        current(&idle) {
    idle.lane = lane;
    idle.processor = this;
    idle.state = RunState::kRunning;
  }

  CpuId id;
  machine::Cpu cpu;
  machine::Mmu mmu;
  Thread idle;                 // runs when nobody else can; in no table and no queue
  Thread* current;             // `idle` when the CPU is idle
  TaskId loaded;               // whose address space is loaded; an idle CPU keeps the last one
  TlbShootdown shootdown;      // what it asks of other CPUs
  CpuSet shootdowns_from = 0;  // who asks it
  Cycle slice_end = kNever;    // when the running thread's slice is over
  bool told = false;           // while idle: somebody counts on it to look for work
  bool awake = true;           // while idle: it does not halt, and is about to look for work
  Cycle idle_since = 0;        // while idle: its ticks count from here
  CpuId next_lock_waiter;      // behind this one in the queue of the lock it waits for

  // Sleeps and time-outs of threads that went to sleep here: its own timer ends them.
  engine::EventQueue<ThreadId>* timers = nullptr;
};

}  // namespace ipcsim::kernel
