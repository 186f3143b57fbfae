// SPDX-License-Identifier: BSD-2-Clause
// DeviceChecker: the devices of the `machine` block, each on its own pin. From when on they act, if
// a condition says so, is judged after the bodies (expectation_checker.h).
#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "scenarios/language/check_state.h"
#include "scenarios/language/constants.h"

namespace ipcsim::scenario {

class DeviceChecker {
 public:
  DeviceChecker(CheckState& state, Constants& constants) : state_(state), constants_(constants) {}

  void check();

 private:
  // By the kind of clause; null where it is not said.
  using Clauses = std::array<const DeviceClause*, kDeviceClauseWords.size()>;

  void device(const MachineDevice& node);
  void take_pin(const MachineDevice& node, CheckedDevice& device);
  void find_pins();
  bool fits(const DeviceClause& clause, DeviceKind kind);
  void check_times(const Clauses& clauses);
  void read(const DeviceClause& clause, CheckedDevice& device);
  void read_jitter(const RangeBounds& bounds, CheckedDevice& device);
  void warn_of_silence(const MachineDevice& node, CheckedDevice& device);

  CheckState& state_;
  Constants& constants_;
  std::map<unsigned, SourceRange> taken_;       // by pin: the name of the device
  std::map<std::size_t, SourceRange> pinless_;  // by device: its name
};

}  // namespace ipcsim::scenario
