// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/thread_workers.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace ipcsim::cli {

void ThreadWorkers::run(std::uint64_t pieces, const Work& work) {
  std::atomic<std::uint64_t> next = 0;
  const auto take = [&](unsigned worker) {
    for (std::uint64_t index = next++; index < pieces; index = next++) work(worker, index);
  };
  std::vector<std::jthread> others;
  const auto useful = static_cast<unsigned>(std::min<std::uint64_t>(count_, pieces));
  for (unsigned worker = 1; worker < useful; ++worker) others.emplace_back(take, worker);
  take(0);
}

unsigned ThreadWorkers::usual_count() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace ipcsim::cli
