// SPDX-License-Identifier: BSD-2-Clause
// TlbShootdown: a request of one CPU that others forget translations, sent by inter-processor
// interrupt. A CPU has at most one in flight: it waits until all have answered.
//
//   none --the CPUs that have the space loaded are asked--> `waiting` --each drops what it has,
//   and answers--> none
#pragma once

#include <cstdint>

#include "kernel_model/abi/ids.h"

namespace ipcsim::kernel {

// CPUs by number: bit n is CPU n.
using CpuSet = std::uint64_t;
constexpr CpuSet cpu_set_of(CpuId cpu) { return CpuSet{1} << cpu.value(); }

enum class ShootdownScope : std::uint8_t {
  kPage,        // one page of the space
  kWholeSpace,  // the space ends: whoever has it loaded leaves it
};

struct TlbShootdown {
  TaskId task;  // whose address space
  ShootdownScope scope = ShootdownScope::kPage;
  std::uint64_t page = 0;
  CpuSet waiting = 0;  // who has not answered yet

  bool in_flight() const { return waiting != 0; }
};

}  // namespace ipcsim::kernel
