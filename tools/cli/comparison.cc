// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/comparison.h"

#include <algorithm>
#include <utility>

namespace ipcsim::cli {
namespace {

using scenario::CallFigures;
using scenario::RunReport;

template <class Value>
Figure figure_of(const Comparison& comparison, std::string name, Measure measure, Value value) {
  Figure figure{std::move(name), measure, {}};
  for (const Variant& variant : comparison.variants) figure.values.push_back(value(variant.report));
  return figure;
}

// Of all CPUs.
double cycles_spent(const RunReport& report, std::string_view activity) {
  Cycles sum = 0;
  for (const scenario::CpuAccount& cpu : report.cpus) {
    for (const auto& [name, cycles] : cpu.activities) {
      if (name == activity) sum += cycles;
    }
  }
  return static_cast<double>(sum);
}

double calls_made(const RunReport& report) {
  std::uint64_t sum = 0;
  for (const CallFigures& call : report.calls) sum += call.returns;
  return static_cast<double>(sum);
}

// The values of one cost model, by combination of policy values, and how far they are apart.
struct Group {
  std::vector<std::optional<double>> values;
  double least = 0;
  double most = 0;
  std::size_t compared = 0;
};

Group group_of(std::vector<std::optional<double>> values) {
  Group group{std::move(values)};
  for (const std::optional<double>& value : group.values) {
    if (!value) continue;
    group.least = group.compared == 0 ? *value : std::min(group.least, *value);
    group.most = group.compared == 0 ? *value : std::max(group.most, *value);
    ++group.compared;
  }
  return group;
}

// Whether any axis but the first has several values.
bool varies_besides(const std::vector<Axis>& axes) {
  return std::any_of(axes.begin() + 1, axes.end(),
                     [](const Axis& axis) { return axis.values.size() > 1; });
}

std::vector<Group> groups_of(const Comparison& comparison, const Figure& figure) {
  const Axis& first = comparison.axes.front();
  const bool by_model = first.name == kCostAxis && varies_besides(comparison.axes);
  const std::size_t models = by_model ? first.values.size() : 1;
  std::vector<std::vector<std::optional<double>>> values(models);
  for (std::size_t index = 0; index < comparison.variants.size(); ++index) {
    const Variant& variant = comparison.variants[index];
    values[by_model ? variant.values.front() : 0].push_back(
        variant.is_comparable() ? figure.values[index] : std::nullopt);
  }
  std::vector<Group> groups;
  for (auto& of_model : values) groups.push_back(group_of(std::move(of_model)));
  return groups;
}

// Whether two combinations stand one way round in the one group and the other way in the other.
bool disagree(const Group& one, const Group& other) {
  const std::size_t count = std::min(one.values.size(), other.values.size());
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = a + 1; b < count; ++b) {
      if (!one.values[a] || !one.values[b] || !other.values[a] || !other.values[b]) continue;
      const double here = *one.values[a] - *one.values[b];
      const double there = *other.values[a] - *other.values[b];
      if ((here < 0 && there > 0) || (here > 0 && there < 0)) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<Figure> run_figures(const Comparison& comparison) {
  const auto figure = [&comparison](std::string name, Measure measure, auto value) {
    return figure_of(comparison, std::move(name), measure, [value](const RunReport& report) {
      return std::optional<double>(static_cast<double>(value(report)));
    });
  };
  return {
      figure("end cycle", Measure::kCycles, [](const RunReport& run) { return run.end; }),
      figure("idle cycles", Measure::kCycles,
             [](const RunReport& run) { return cycles_spent(run, "idle"); }),
      figure("cycles at locks", Measure::kCycles,
             [](const RunReport& run) { return cycles_spent(run, "spin"); }),
      figure("context switches", Measure::kCount,
             [](const RunReport& run) { return run.context_switches; }),
      figure("wakeups", Measure::kCount, [](const RunReport& run) { return run.wakeups; }),
      figure("calls", Measure::kCount, calls_made),
      figure("failed calls", Measure::kCount,
             [](const RunReport& run) { return run.failed_calls; }),
      figure("ipc bytes", Measure::kCount, [](const RunReport& run) { return run.ipc_bytes; }),
  };
}

std::vector<Figure> call_figures(const Comparison& comparison) {
  std::vector<std::string> names;
  for (const Variant& variant : comparison.variants) {
    for (const CallFigures& call : variant.report.calls) {
      if (std::find(names.begin(), names.end(), call.call) == names.end()) {
        names.push_back(call.call);
      }
    }
  }
  std::vector<Figure> figures;
  for (const std::string& name : names) {
    figures.push_back(figure_of(
        comparison, name, Measure::kCycles, [&name](const RunReport& run) -> std::optional<double> {
          for (const CallFigures& call : run.calls) {
            if (call.call != name) continue;
            return static_cast<double>(call.cycles) / static_cast<double>(call.returns);
          }
          return std::nullopt;
        }));
  }
  return figures;
}

Spread spread_of(const Comparison& comparison, const Figure& figure) {
  Spread spread;
  bool seen = false;
  bool flips = false;
  bool equal = true;
  const std::vector<Group> groups = groups_of(comparison, figure);
  for (const Group& group : groups) {
    if (group.compared < 2) continue;
    equal = equal && group.least == group.most;
    if (group.least == 0 && group.most > 0) {
      spread.from_zero = true;
    } else {
      const double factor = group.most == group.least ? 1 : group.most / group.least;
      spread.factor = seen ? std::min(spread.factor, factor) : factor;
      seen = true;
    }
    flips = flips || disagree(groups.front(), group);
  }
  if (!seen && !spread.from_zero) return spread;
  if (equal) {
    spread.conclusion = Conclusion::kEqual;
  } else if (flips && figure.measure == Measure::kCycles) {
    spread.conclusion = Conclusion::kFlips;
  } else if (figure.measure == Measure::kCycles && !spread.from_zero &&
             spread.factor < kLeastFactor) {
    spread.conclusion = Conclusion::kTooNear;
  } else {
    spread.conclusion = Conclusion::kApart;
  }
  return spread;
}

}  // namespace ipcsim::cli
