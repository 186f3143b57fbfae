// SPDX-License-Identifier: BSD-2-Clause
// Connection: two ends and a 32-byte buffer; End: one side of it, or a port that has no client yet,
// or a kernel socket.
//
//   kPort --push--> kQueued --a client connects--> kConnected --close--> kClosed
//   kKernelSocket --close--> kClosed
//   (a client's end starts as kConnected; an end can be closed from any state)
//
// What always holds:
// - An end is open exactly while a descriptor names it: a task's (full-task) or one thread's.
// - A kernel socket has no connection and no buffer: the kernel signals it, and nothing goes back.
// - Both ends of a connection are kConnected, or one has been closed and the other has `closed`
// set.
// - An end is in its owner's ready list exactly while it has a readiness bit.
#pragma once

#include <array>
#include <cstdint>

#include "kernel_model/abi/ids.h"
#include "kernel_model/abi/user_types.h"
#include "kernel_model/object/kernel_lock.h"
#include "kernel_model/object/readiness.h"

namespace ipcsim::kernel {

enum class EndState : std::uint8_t { kPort, kQueued, kConnected, kKernelSocket, kClosed };

struct End : ReadyNode {
  EndId id;
  EndState state = EndState::kPort;
  ConnectionId connection;  // none of a port and of a kernel socket
  std::uint8_t side = 0;    // which of the connection's two ends; the client is 0
  Scope scope = Scope::kThreadLocal;
  TaskId task;
  ThreadId thread;  // the owner of a thread-local end, the maker of a full-task one
  Descriptor fd;    // under which its owner knows it

  Readiness readiness;
  std::uint32_t flow = 0;      // the arrow from whoever set the last bit
  std::uint64_t sequence = 0;  // of an interrupt socket: what its next `signaled` carries
  ThreadId poller;             // who has claimed it by an explicit poll, or none

  // Of `opened`: who connected.
  TaskId client;
  std::uint32_t client_uid = 0;

  // A port: counts against its task's limit, and may become connected.
  bool unconnected() const { return state == EndState::kPort || state == EndState::kQueued; }
};

// What a buffer holds, and the arrow from whoever wrote it last.
struct Message {
  Buffer bytes{};
  std::uint32_t flow = 0;
  std::uint8_t writer = 0;  // the side that wrote it
};

struct Connection {
  ConnectionId id;
  std::array<EndId, 2> ends;
  // Policy `shared`: both ends use buffer 0. `duplex`: an end writes the buffer of its side and
  // reads the other.
  std::array<Message, 2> buffers{};
  std::uint64_t writes = 0;  // the sequence number of the last write
  KernelLock lock{LockRank::kConnection};
};

// Kernel memory that these would take in a 64-bit kernel, in bytes: basic IPC is to need very
// little of it. An end: owner, descriptor, state and bits, poller, links of the ready list, who
// connected. A connection: its lock and its ends, and besides each buffer that it has.
inline constexpr std::size_t kEndBytes = 64;
inline constexpr std::size_t kConnectionBytes = 24;

}  // namespace ipcsim::kernel
