// SPDX-License-Identifier: BSD-2-Clause
// ReferenceObjects: what the reference kernel knows of ends, threads, tasks and devices. It has
// these by their numbers, and searches.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel_model/abi/system_call.h"
#include "kernel_model/abi/user_types.h"
#include "kernel_model/abi/vocabulary.h"
#include "sim/base/cycles.h"
#include "tests/properties/reference_device.h"
#include "tests/properties/reference_faults.h"
#include "tests/properties/reference_line.h"

namespace ipcsim::test {

// What a call gave to the code that made it.
struct CallOutcome {
  kernel::SystemCall call = kernel::SystemCall::yield;
  std::uint16_t result = kernel::kNoResult;  // as in the trace; an error, or the kind of an event
  std::int64_t fd = 0;                       // of connect, new_port, and of an event that has one
  std::uint64_t number = 0;                  // of opened: task and uid; of signaled: the sequence
  std::string bytes;                         // of read; of take_fault what it tells
  friend bool operator==(const CallOutcome&, const CallOutcome&) = default;
};
std::string to_text(const CallOutcome& outcome);

struct ReferenceObjects {
  enum class State { kPort, kQueued, kConnected, kKernelSocket, kClosed };
  enum class Wait { kNone, kPoll, kConnect, kSleep, kFault };

  struct Slot {
    int end = -1;
    std::uint64_t generation = 0;
    bool retired = false;
  };
  using Table = std::vector<Slot>;

  struct End {
    State state = State::kPort;
    unsigned task = 0;
    unsigned thread = 0;
    bool local = true;
    std::int64_t fd = 0;
    int peer = -1;
    int connection = -1;
    int side = 1;
    bool opened = false;
    bool signaled = false;
    bool closed = false;
    std::uint64_t order = 0;  // of becoming ready
    unsigned client = 0;
    std::uint64_t sequence = 0;  // of the last interrupt
    bool ready() const { return opened || signaled || closed; }
  };
  struct Connection {
    kernel::Buffer buffers[2] = {};
    std::uint64_t writes = 0;
  };
  // An access has faulted, and what the kernel does about it does not stand in the trace yet.
  struct Trap {
    ReferenceFaults::Fault fault;
    bool may_try_again = false;  // the page was there at some moment since
    bool may_end = false;        // nobody would handle it at some moment since
  };
  struct Thread {
    unsigned task = 0;
    std::optional<unsigned> cpu;
    Table table;
    Wait wait = Wait::kNone;  // until it is over; then kNone, and `news` says how it ended
    kernel::SystemCall blocked_in = kernel::SystemCall::poll;
    std::vector<int> polled;
    bool all_of_task = false;
    bool all_of_thread = false;
    Cycle deadline = kNever;
    unsigned server = 0;
    bool local = true;
    CallOutcome news;
    int heard = -1;  // the end that the last poll reported
    std::optional<Trap> trap;
    std::uint64_t answered = 0;  // the fault for which it waited last
    bool exiting = false;        // has called exit_thread
    bool closes_own = false;     // and its task lived then: it closes its thread-local ends itself
    bool ended = false;
    std::vector<CallOutcome> outcomes;
    std::vector<std::uint64_t> loaded;
  };
  struct Task {
    std::uint32_t uid = 0;
    bool privileged = false;
    bool dying = false;
    bool doomed = false;  // its memory daemon has ended: so will it, at some moment
    bool ended = false;
    Table table;
    std::map<std::uint32_t, bool> permissions;
    std::deque<int> ports;
    std::deque<unsigned> clients;
  };
  struct Peripheral {
    ReferenceDevice device;
    ReferenceLine line;
  };
  // A record that must come next.
  struct Due {
    kernel::EventCode code;
    std::array<std::uint64_t, 3> arguments{};
    kernel::Reason why = kernel::Reason::kNone;
  };
};

}  // namespace ipcsim::test
