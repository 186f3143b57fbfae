// SPDX-License-Identifier: BSD-2-Clause
// The values that cross the line between user code and kernel. All travel by value: the kernel
// never touches user memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel_model/abi/ids.h"
#include "sim/base/cycles.h"

namespace ipcsim::kernel {

inline constexpr std::size_t kBufferBytes = 32;  // the design note's "32-byte buffer"
inline constexpr std::int64_t kMaximumUid = 65535;

using Buffer = std::array<std::byte, kBufferBytes>;

// Who owns an end: one thread, or the whole task.
enum class Scope : std::uint8_t { kThreadLocal, kFullTask };

// What user code may do with a page.
enum class PageAccess : std::uint8_t { kRead, kWrite };  // who may write may read

// A page fault, as take_fault gives it: of the thread that came first, when several wait for the
// page.
struct PageFault {
  std::int64_t record = 0;  // the number by which it is answered; from 1, never used again
  TaskId task;
  ThreadId thread;
  std::uint64_t address = 0;
  std::uint64_t page = 0;  // the address of the page's first byte
  PageAccess access = PageAccess::kRead;
  std::uint32_t code = 0;  // the error code of the exception, SDM vol. 3A 4.7
};

// A descriptor as user code sees it: a number. Full-task ends are 0, 1, 2, ...; thread-local ones
// are -1, -2, ... and mean something only on their own thread.
struct Descriptor {
  std::int64_t number = 0;

  constexpr bool thread_local_scope() const { return number < 0; }
  friend constexpr auto operator<=>(Descriptor, Descriptor) = default;
};

// What a poll reports. `timed_out` has no descriptor; `opened` also says who connected.
enum class EventKind : std::uint8_t { kOpened, kSignaled, kClosed, kCancelled, kTimedOut };

struct Event {
  EventKind kind = EventKind::kTimedOut;
  Descriptor fd;
  TaskId task;                 // of `opened`
  std::uint32_t uid = 0;       // of `opened`
  std::uint64_t sequence = 0;  // of an interrupt socket's `signaled`, from 1; else 0
};

std::string_view name_of(EventKind kind);  // "opened", "signaled", ...

}  // namespace ipcsim::kernel
