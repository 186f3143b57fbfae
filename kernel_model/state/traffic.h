// SPDX-License-Identifier: BSD-2-Clause
// Traffic: how much data a run moved, and by which way: copied through the buffers of connections,
// or in place through memory that several address spaces share. Counted since boot.
#pragma once

#include <cstdint>

namespace ipcsim::kernel {

struct Traffic {
  std::uint64_t buffer_bytes = 0;         // that `write` and `read` copied
  std::uint64_t shared_bytes_loaded = 0;  // of pages whose frame is mapped more than once
  std::uint64_t shared_bytes_stored = 0;  // an atomic counts as both
  std::uint64_t frames_mapped = 0;        // by `map`
  std::uint64_t shootdowns = 0;           // that asked another CPU
};

}  // namespace ipcsim::kernel
