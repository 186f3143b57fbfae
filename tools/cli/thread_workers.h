// SPDX-License-Identifier: BSD-2-Clause
// ThreadWorkers: pieces of work on several threads of the host.
#pragma once

#include "sim/explore/workers.h"

namespace ipcsim::cli {

class ThreadWorkers final : public explore::Workers {
 public:
  // At least 1.
  explicit ThreadWorkers(unsigned count) : count_(count) {}

  unsigned count() const override { return count_; }

  // A worker takes the first piece that nobody has taken yet.
  void run(std::uint64_t pieces, const Work& work) override;

  // As many as the host has processors for us.
  static unsigned usual_count();

 private:
  unsigned count_;
};

}  // namespace ipcsim::cli
