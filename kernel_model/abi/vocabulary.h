// SPDX-License-Identifier: BSD-2-Clause
// The kernel's trace vocabulary: which events a run records and what their arguments mean. The
// order of the enums is the order of the tables in vocabulary.cc.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "kernel_model/abi/kernel_error.h"
#include "kernel_model/abi/system_call.h"
#include "kernel_model/abi/user_types.h"
#include "sim/trace/vocabulary.h"

namespace ipcsim::kernel {

enum class EventGroup : std::uint8_t { kIpc, kThread, kSched, kIrq, kMemory, kUser, kScenario };

// The first events are the system calls, by their number; the arguments follow each name.
enum class EventCode : std::uint16_t {
  kPolled = kSystemCalls,  // ready, task, uid: a blocked poll goes on
  kConnected,              // fd, task: a blocked connect goes on
  kThreadStarted,          // task, thread
  kThreadEnded,            // -
  kTaskEnded,              // task
  kSwitch,                 // from, to
  kReady,                  // thread
  kInterruptSent,          // vector, target
  kInterruptTaken,         // latency since it was asked for, vector
  kInterruptEnded,         // vector: the write to EOI
  kWireRose,               // device, what came of it
  kWireFell,               // device
  kDeviceActed,            // device, for which time
  kDevicePutOut,           // device, value
  kDriverSignaled,         // device, sequence, woken
  kLineMasked,             // device
  kLineUnmasked,           // device
  kEdgeLatched,            // device
  kLoad,                   // address, bytes, value
  kStore,                  // address, bytes, value
  kExchange,               // address, old, value
  kCompareExchange,        // address, expected, old, value
  kFetchAdd,               // address, old, value
  kFence,                  // -
  kFault,                  // access, address, code
  kFaultQueued,            // page, record, waiters, woken
  kFaultResumed,           // record: a faulted thread goes on
  kShootdown,              // address, cpus, task
  kInvalidated,            // address, task
  kReturn,                 // call, cycles
  kMark,                   // name
  kFinding,                // name
  kAwait,                  // -
};

// Why a thread became ready, or a CPU switched.
enum class Reason : std::uint16_t {
  kNone,
  kSignal,
  kOpened,
  kClosed,
  kCancelled,
  kTimeout,
  kSpawned,
  kKilled,
  kAwaited,
  kPorted,
  kBlockedUid,
  kServerEnded,
  kSleepOver,
  kBlocks,
  kSlice,
  kYield,
  kEnded,
  kIdle,
  kSpurious,
  kUnhandledFault,
  kFault,    // there is one to take
  kResumed,  // it has been answered
};

// Indices of Names groups.
inline constexpr unsigned kTaskNames = 0;
inline constexpr unsigned kMarkNames = 1;
inline constexpr unsigned kFindingNames = 2;
inline constexpr unsigned kDeviceNames = 3;  // by pin

// Of arguments that are left out of the line.
inline constexpr std::uint64_t kNoArgument = std::numeric_limits<std::uint64_t>::max();
inline constexpr std::uint64_t kNoDescriptor = std::uint64_t{1} << 63;

// A descriptor's number as an argument.
constexpr std::uint64_t argument(Descriptor fd) { return std::bit_cast<std::uint64_t>(fd.number); }

// Indices into the table of results.
inline constexpr std::uint16_t kNoResult = 0;
inline constexpr std::uint16_t kOk = 1;
inline constexpr std::uint16_t kBlocks = 2;
inline constexpr std::uint16_t kFirstEventKind = 3;
inline constexpr std::uint16_t kFirstError = kFirstEventKind + 5;
constexpr std::uint16_t result_of(EventKind kind) {
  return static_cast<std::uint16_t>(kFirstEventKind + static_cast<unsigned>(kind));
}
constexpr std::uint16_t result_of(KernelError error) {
  return static_cast<std::uint16_t>(kFirstError + static_cast<unsigned>(error));
}

// The group of a system call's event.
constexpr EventGroup group_of(SystemCall call) {
  if (call < SystemCall::new_frame) return EventGroup::kIpc;
  if (call < SystemCall::open_interrupt_socket) return EventGroup::kMemory;
  return call < SystemCall::spawn ? EventGroup::kIrq : EventGroup::kThread;
}

const trace::Vocabulary& vocabulary();

}  // namespace ipcsim::kernel
