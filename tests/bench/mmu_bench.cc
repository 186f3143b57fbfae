// SPDX-License-Identifier: BSD-2-Clause
// What simulated memory costs the simulator. Every user load and store passes here, so the first
// figure, an access that the TLB knows, is part of nearly every step.
#include <cstdint>

#include <benchmark/benchmark.h>

#include "kernel_model/machine/mmu.h"

namespace ipcsim::machine {
namespace {

constexpr std::uint64_t kLinear = 0x2a80caa00000;
constexpr std::uint64_t kMemoryBytes = std::uint64_t{64} << 20;
constexpr std::uint64_t kRoot = 0x1000;
constexpr std::uint64_t kFirstPage = 0x100000;
constexpr std::uint64_t kPages = 512;

// One table of each level, and 512 pages behind each other.
struct MappedCpu {
  Arena arena;
  PhysicalMemory memory{arena, kMemoryBytes};
  Mmu mmu;

  MappedCpu() : mmu(arena, memory, with_root()) {
    std::uint64_t table = kRoot;
    for (const TableLevel level : {TableLevel::kPml4e, TableLevel::kPdpte, TableLevel::kPde}) {
      memory.store<std::uint64_t>(table + kEntryBytes * index_in_table(kLinear, level),
                                  (table + kFrameBytes) | 7);
      table += kFrameBytes;
    }
    for (std::uint64_t page = 0; page < kPages; ++page) {
      memory.store<std::uint64_t>(table + kEntryBytes * page, kFirstPage + page * kPageBytes + 7);
    }
  }

  static ControlRegisters with_root() {
    ControlRegisters registers;
    registers.cr3 = kRoot;
    return registers;
  }

  std::uint64_t load(std::uint64_t linear) {
    const AccessResult result = mmu.access(
        {AccessKind::kRead, Privilege::kUser, Segment::kData, sizeof(std::uint64_t), linear});
    return memory.load<std::uint64_t>(result.page[0].physical);
  }
  void store(std::uint64_t linear, std::uint64_t value) {
    const AccessResult result = mmu.access(
        {AccessKind::kWrite, Privilege::kUser, Segment::kData, sizeof(std::uint64_t), linear});
    memory.store<std::uint64_t>(result.page[0].physical, value);
  }
};

// Loads from `pages` pages in turn: up to 64 are in the first level of the TLB, more in the second.
void load_hit(benchmark::State& state) {
  MappedCpu cpu;
  const auto pages = static_cast<std::uint64_t>(state.range(0));
  std::uint64_t page = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(cpu.load(kLinear + page * kPageBytes + 8 * page));
    page = page + 1 == pages ? 0 : page + 1;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(load_hit)->Arg(1)->Arg(16)->Arg(64)->Arg(512);

void store_hit(benchmark::State& state) {
  MappedCpu cpu;
  std::uint64_t page = 0;
  for (auto _ : state) {
    cpu.store(kLinear + page * kPageBytes, page);
    page = (page + 1) % 16;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(store_hit);

void load_over_page_end(benchmark::State& state) {
  MappedCpu cpu;
  for (auto _ : state) {
    benchmark::DoNotOptimize(cpu.mmu.access(
        {AccessKind::kRead, Privilege::kUser, Segment::kData, 8, kLinear + kPageBytes - 4}));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(load_over_page_end);

// A walk of four entries whose flags are set already, and the INVLPG before it.
void walk(benchmark::State& state) {
  MappedCpu cpu;
  for (auto _ : state) {
    cpu.mmu.invlpg(kLinear);
    benchmark::DoNotOptimize(cpu.load(kLinear));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(walk);

// MOV to CR3 with `pages` translations to drop, which are looked up again.
void switch_address_space(benchmark::State& state) {
  MappedCpu cpu;
  const auto pages = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(cpu.mmu.write_cr3(kRoot));
    for (std::uint64_t page = 0; page < pages; ++page) {
      benchmark::DoNotOptimize(cpu.load(kLinear + page * kPageBytes));
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(switch_address_space)->Arg(0)->Arg(16);

// A new machine in the memory of the last one: what each run of an exploration pays.
void restart(benchmark::State& state) {
  Arena arena;
  for (auto _ : state) {
    arena.reset();
    auto* const memory = arena.make<PhysicalMemory>(arena, kMemoryBytes);
    benchmark::DoNotOptimize(arena.make<Mmu>(arena, *memory));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(restart);

}  // namespace
}  // namespace ipcsim::machine

BENCHMARK_MAIN();
