// SPDX-License-Identifier: BSD-2-Clause
// SelectivelyUniformWalk: makes every order of the steps about one object about equally likely. The
// object is drawn anew for each run. A lane that has many such steps ahead of it is chosen more
// often than one that has few, by what the profile says is left of them, also in lanes that it will
// start; and until the chosen lane has come to its step, the others stop before theirs (H. Zhao et
// al.: "Selectively Uniform Concurrency Testing", ASPLOS 2025).
#pragma once

#include <vector>

#include "sim/explore/strategy.h"

namespace ipcsim::explore {

class SelectivelyUniformWalk final : public Strategy {
 public:
  std::string_view name() const override { return "surw"; }
  void begin(Random random, const Profile& profile) override;
  std::size_t next(std::span<const engine::Option> options) override;
  void lane_added(trace::LaneId lane, trace::LaneId by) override;
  void taking(const engine::Option& taken) override;

 private:
  // Steps that a lane has ahead of it.
  struct Ahead {
    std::uint64_t all = 0;  // its own
    std::uint64_t interesting = 0;
    std::uint64_t all_of_unborn = 0;  // of the lanes that it will start, and those that they will
    std::uint64_t interesting_of_unborn = 0;
  };

  bool is_interesting(const engine::Option& option) const;
  Ahead& ahead_of(trace::LaneId lane);
  std::uint64_t weight_of(const engine::Option& option, bool interesting);
  // One of the admitted options, by weight.
  std::size_t draw(std::span<const engine::Option> options, bool interesting);

  Random random_{0};
  bool everything_ = true;  // no object is the target: all steps are interesting
  engine::ObjectName target_;
  trace::LaneId intended_;             // takes the next interesting step; none(): not drawn yet
  std::vector<Ahead> ahead_;           // by lane
  std::vector<std::size_t> admitted_;  // indices of the options that may go on now
};

}  // namespace ipcsim::explore
