// SPDX-License-Identifier: BSD-2-Clause
// Workers: whoever runs independent pieces of work, perhaps several at a time. What comes out must
// not depend on how many there are, nor on who is faster.
#pragma once

#include <cstdint>
#include <functional>

namespace ipcsim::explore {

class Workers {
 public:
  using Work = std::function<void(unsigned worker, std::uint64_t index)>;

  virtual ~Workers() = default;

  virtual unsigned count() const = 0;

  // Does `work` for every index below `pieces`, each index once and those of one worker in
  // ascending order; returns when all is done.
  virtual void run(std::uint64_t pieces, const Work& work) = 0;
};

// One piece after the other, on the thread that asks.
class OneWorker final : public Workers {
 public:
  unsigned count() const override { return 1; }
  void run(std::uint64_t pieces, const Work& work) override {
    for (std::uint64_t index = 0; index < pieces; ++index) work(0, index);
  }
};

}  // namespace ipcsim::explore
