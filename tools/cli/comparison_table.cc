// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/comparison_table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "tools/cli/run_summary.h"

namespace ipcsim::cli {
namespace {

// Of the last column.
constexpr std::string_view kApart = "apart";
constexpr std::string_view kTooNearMark = "~";
constexpr std::string_view kFlipsMark = "flips";

struct Row {
  std::string name;
  std::vector<std::string> cells;  // one for each variant
  std::string apart;
  std::vector<Tone> tones;  // of the cells; empty: plain
};

std::string number_text(const std::optional<double>& value) {
  constexpr double kLong = 100;  // from here on a fraction says nothing
  if (!value) return "-";
  const bool is_whole = *value == static_cast<double>(static_cast<std::uint64_t>(*value));
  return is_whole || *value >= kLong ? fmt::format("{:.0f}", *value)
                                     : fmt::format("{:.1f}", *value);
}

std::string apart_text(const Spread& spread) {
  const std::string factor = spread.from_zero     ? "from 0"
                             : spread.factor < 10 ? fmt::format("{:.2f}x", spread.factor)
                                                  : fmt::format("{:.0f}x", spread.factor);
  switch (spread.conclusion) {
    case Conclusion::kNone:
      return "";
    case Conclusion::kEqual:
      return "=";
    case Conclusion::kApart:
      return factor;
    case Conclusion::kTooNear:
      return fmt::format("{} {}", factor, kTooNearMark);
    case Conclusion::kFlips:
      return std::string(kFlipsMark);
  }
  return "";
}

Row row_of(const Comparison& comparison, const Figure& figure, std::string_view indent = "") {
  Row row{fmt::format("{}{}", indent, figure.name), {}, {}, {}};
  for (const std::optional<double>& value : figure.values) row.cells.push_back(number_text(value));
  row.apart = apart_text(spread_of(comparison, figure));
  return row;
}

Row axis_row(const Comparison& comparison, std::size_t axis) {
  Row row{comparison.axes[axis].name, {}, {}, {}};
  for (const Variant& variant : comparison.variants) {
    row.cells.push_back(comparison.axes[axis].values[variant.values[axis]]);
    row.tones.push_back(Tone::kStrong);
  }
  return row;
}

Tone tone_of(scenario::Verdict verdict) {
  if (verdict == scenario::Verdict::kPassed) return Tone::kGood;
  return verdict == scenario::Verdict::kFailed ? Tone::kBad : Tone::kWarning;
}

Row outcome_row(const Comparison& comparison) {
  Row row{"outcome", {}, {}, {}};
  for (const Variant& variant : comparison.variants) {
    const scenario::RunReport& report = variant.report;
    row.cells.emplace_back(report.expected_finding ? "as expected" : name_of(report.verdict));
    row.tones.push_back(tone_of(report.verdict));
  }
  return row;
}

// What was found first, in each variant; no row when there is nothing anywhere.
void append_findings(std::vector<Row>& rows, const Comparison& comparison) {
  Row row{"finding", {}, {}, {}};
  bool any = false;
  for (const Variant& variant : comparison.variants) {
    std::string name = "-";
    for (const scenario::Finding& finding : variant.report.findings) {
      if (finding.silenced) continue;
      name = finding.name;
      any = true;
      break;
    }
    row.cells.push_back(std::move(name));
  }
  if (any) rows.push_back(std::move(row));
}

// A row is left out where no variant has anything but 0.
void append_figures(std::vector<Row>& rows, const Comparison& comparison) {
  for (const Figure& figure : run_figures(comparison)) {
    const bool any = std::any_of(figure.values.begin(), figure.values.end(),
                                 [](const auto& value) { return value.value_or(0) != 0; });
    if (any) rows.push_back(row_of(comparison, figure));
  }
  const std::vector<Figure> calls = call_figures(comparison);
  if (calls.empty()) return;
  rows.push_back({"cycles of a call, mean", {}, {}, {}});
  for (const Figure& figure : calls) rows.push_back(row_of(comparison, figure, "  "));
}

std::string laid_out(const std::vector<Row>& rows, std::size_t columns, const Painter& paint) {
  std::size_t name_width = 0;
  std::vector<std::size_t> widths(columns);
  std::size_t apart_width = 0;
  for (const Row& row : rows) {
    // A heading of further rows may reach into the columns, where it has no cells.
    if (!row.cells.empty()) name_width = std::max(name_width, row.name.size());
    for (std::size_t column = 0; column < row.cells.size(); ++column) {
      widths[column] = std::max(widths[column], row.cells[column].size());
    }
    apart_width = std::max(apart_width, row.apart.size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line = fmt::format("  {:{}}", row.name, name_width);
    for (std::size_t column = 0; column < row.cells.size(); ++column) {
      const std::string cell = fmt::format("{:>{}}", row.cells[column], widths[column]);
      line += "  " + (row.tones.empty() ? cell : paint(row.tones[column], cell));
    }
    if (!row.apart.empty()) line += fmt::format("  {:>{}}", row.apart, apart_width);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string legend(const std::vector<Row>& rows, const Comparison& comparison) {
  const auto has = [&rows](std::string_view mark) {
    return std::any_of(rows.begin(), rows.end(),
                       [mark](const Row& row) { return row.apart.ends_with(mark); });
  };
  std::string text;
  if (has(kTooNearMark)) {
    text += fmt::format(
        "{}  less than a factor of {:.0f} apart: no conclusion, for two good "
        "kernels differ by as much\n",
        kTooNearMark, kLeastFactor);
  }
  if (has(kFlipsMark)) {
    text += fmt::format("{}  another cost model has it the other way round: no conclusion\n",
                        kFlipsMark);
  }
  const bool all = std::all_of(comparison.variants.begin(), comparison.variants.end(),
                               [](const Variant& variant) { return variant.is_comparable(); });
  if (!all) text += "runs that ended early are not in `apart`\n";
  return text;
}

}  // namespace

std::string comparison_table(const Comparison& comparison, const Painter& paint) {
  std::vector<Row> rows;
  for (std::size_t axis = 0; axis < comparison.axes.size(); ++axis) {
    rows.push_back(axis_row(comparison, axis));
  }
  rows.front().apart = kApart;
  rows.push_back(outcome_row(comparison));
  append_findings(rows, comparison);
  append_figures(rows, comparison);
  return laid_out(rows, comparison.variants.size(), paint) + legend(rows, comparison);
}

}  // namespace ipcsim::cli
