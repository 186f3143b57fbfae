// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/profile.h"

#include <doctest/doctest.h>

namespace ipcsim::explore {
namespace {

using engine::Access;
using engine::ObjectName;

engine::Option step_of(std::uint32_t lane, std::uint32_t object, Access access) {
  engine::Option option;
  option.step = {trace::LaneId(lane), 1};
  option.object = {1, object};
  option.access = access;
  return option;
}

constexpr trace::LaneId kFirst(0);
constexpr trace::LaneId kSecond(1);

TEST_CASE("a profile gives means over the runs, rounded up") {
  Profile profile;
  CHECK(profile.decisions() == 0);
  CHECK(profile.steps_of(kFirst) == 0);
  RunCount run;
  for (int steps = 1; steps <= 2; ++steps) {
    run.begin();
    for (int step = 0; step < steps; ++step) run.stepped(step_of(0, 7, Access::kWrite));
    run.decided();
    profile.learn(run);
  }
  CHECK(profile.steps_of(kFirst) == 2);
  CHECK(profile.steps_of(kFirst, {1, 7}) == 2);
  CHECK(profile.steps_of(kFirst, {1, 8}) == 0);
  CHECK(profile.steps_of(kSecond, {1, 7}) == 0);
  CHECK(profile.decisions() == 1);
}

TEST_CASE("contested is what two lanes are about, one of which writes") {
  RunCount run;
  run.begin();
  run.stepped(step_of(0, 1, Access::kWrite));
  run.stepped(step_of(1, 1, Access::kRead));
  run.stepped(step_of(0, 2, Access::kRead));
  run.stepped(step_of(1, 2, Access::kRead));
  run.stepped(step_of(0, 3, Access::kWrite));
  run.stepped(step_of(0, 3, Access::kWrite));
  Profile profile;
  profile.learn(run);
  REQUIRE(profile.contested().size() == 1);
  CHECK(profile.contested().front() == ObjectName{1, 1});
}

TEST_CASE("a profile knows who starts whom") {
  RunCount run;
  run.begin();
  run.stepped(step_of(0, 1, Access::kWrite));
  run.lane_added(kSecond, kFirst);
  run.stepped(step_of(1, 1, Access::kWrite));
  Profile profile;
  profile.learn(run);
  CHECK(profile.parent_of(kSecond) == kFirst);
  CHECK_FALSE(profile.parent_of(kFirst).valid());
}

TEST_CASE("a lane that sweeps through memory is counted as far as there is room") {
  RunCount run;
  run.begin();
  for (std::uint32_t object = 0; object < 10'000; ++object) {
    run.stepped(step_of(0, object, Access::kWrite));
  }
  CHECK(run.lanes().front().steps == 10'000);
  CHECK(run.lanes().front().objects.size() == RunCount::kObjectsPerLane);
}

}  // namespace
}  // namespace ipcsim::explore
