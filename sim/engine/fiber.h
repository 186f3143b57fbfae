// SPDX-License-Identifier: BSD-2-Clause
// Fiber: one flow of control with a stack of its own; FiberSet: all flows of one run. Exactly one
// flow runs at a time, the main one (whoever called in) or a fiber; switch_to() is the only way
// from one to another, and nothing else in the program may include the library that does it.
//
// A suspended fiber can be abandoned: its stack goes back to the pool and nothing on it is
// destroyed. So code on a fiber must not own anything outside the run's arena across a switch,
// unless its thread is always brought to its end (ThreadProgram::abandonable).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ipcsim::engine {

// Bytes of one stack; only the pages that are touched cost memory.
inline constexpr std::size_t kStackBytes = std::size_t{128} * 1024;

// A flow; made and owned by a FiberSet. It stands at the upper end of its own stack.
class Fiber {
 public:
  using Entry = void (*)(void* argument);

 private:
  friend class FiberSet;
  enum class State : std::uint8_t { kFree, kSuspended, kRunning, kFinished };

  void* context_ = nullptr;     // where a suspended flow goes on
  std::byte* stack_ = nullptr;  // its lowest byte; none: the main flow
  void* fake_stack_ = nullptr;  // AddressSanitizer's own, while suspended
  Entry entry_ = nullptr;
  void* argument_ = nullptr;
  std::uint32_t place_ = 0;  // in FiberSet::started_
  State state_ = State::kFree;
};

class FiberSet {
 public:
  using Entry = Fiber::Entry;

  FiberSet() { main_.state_ = Fiber::State::kRunning; }
  ~FiberSet();
  FiberSet(const FiberSet&) = delete;
  FiberSet& operator=(const FiberSet&) = delete;

  // A new fiber, suspended before its first instruction. `entry` must not return: it ends by
  // finish().
  Fiber& start(Entry entry, void* argument);

  // Suspends the running flow and goes on in `to`; returns when somebody switches back.
  void switch_to(Fiber& to);

  // Ends the running fiber and goes on in `to`. Its stack is used again by a later start().
  [[noreturn]] void finish(Fiber& to);

  // Gives up a suspended fiber.
  void abandon(Fiber& fiber);

  // Gives up every suspended fiber; only from the main flow.
  void abandon_all();

  Fiber& main() { return main_; }
  Fiber& current() { return *current_; }

 private:
  struct Arrival;

  Fiber& take();
  void release(Fiber& fiber);
  void arrive(void* left_context);

  Fiber main_;
  Fiber* current_ = &main_;
  Fiber* leaver_ = nullptr;        // who switched to the current flow
  std::vector<Fiber*> started_;    // all that are not free, in no order that matters
  std::vector<Fiber*> free_;       // the last one is taken first
  std::vector<std::byte*> slabs_;  // memory of many stacks each
  std::size_t stacks_ = 0;         // that have been made of slabs_

  // The main flow's stack, as AddressSanitizer sees it.
  const void* main_bottom_ = nullptr;
  std::size_t main_bytes_ = 0;
};

}  // namespace ipcsim::engine
