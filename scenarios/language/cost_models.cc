// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/cost_models.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "kernel_model/machine/shipped_cost_models.h"
#include "scenarios/language/source_limits.h"
#include "scenarios/language/suggestion.h"
#include "sim/base/check.h"

namespace ipcsim::scenario {

std::optional<machine::CostModel> CostModels::shipped(std::string_view name, SourceRange range) {
  const auto all = machine::shipped_cost_models();
  const auto found = std::ranges::find(all, name, &machine::ShippedCostModel::name);
  if (found == all.end()) {
    Diagnostic& diagnostic =
        report_unknown(diagnostics_, DiagnosticCode::unknown_cost, range,
                       range.has_place() ? "there is no cost model" : "`--cost`: there is no model",
                       name, names_of(all));
    if (diagnostic.help.empty() || range.has_place()) return std::nullopt;
    diagnostic.help += "; the name of a file has a `/` in it or ends with `.cost`";
    return std::nullopt;
  }
  auto model = machine::parse_cost_model(found->text);
  SIM_CHECK(model.ok(), "the cost models that are shipped are right");
  return std::move(model).value();
}

std::optional<machine::CostModel> CostModels::from_file(const std::string& path,
                                                        SourceRange range) {
  Result<std::string, std::string> text = loader_.load(path);
  if (text.ok() && text->size() > kMaximumFileBytes) {
    text = Failure(fmt::format("it has more than {} bytes", kMaximumFileBytes));
  }
  if (!text.ok()) {
    diagnostics_.report(DiagnosticCode::missing_cost_file, range,
                        fmt::format("{}cannot read `{}`: {}",
                                    range.has_place() ? "" : "`--cost`: ", path, text.error()));
    return std::nullopt;
  }
  auto model = machine::parse_cost_model(*text);
  if (model.ok()) return std::move(model).value();
  report_lines(sources_.add(path, std::move(text).value(), range), model.error());
  return std::nullopt;
}

std::optional<machine::CostModel> CostModels::from_command_line(const std::string& model) {
  const bool is_file = model.find('/') != std::string::npos || model.ends_with(".cost");
  return is_file ? from_file(model, {}) : shipped(model, {});
}

void CostModels::report_lines(FileIndex file, const std::vector<machine::CostModelError>& errors) {
  for (const machine::CostModelError& error : errors) {
    SourceRange range{file, 0, 0};
    if (error.line != 0) {
      const SourceFile& source = sources_.file(file);
      const std::string_view line = source.line_text(error.line);
      const std::size_t blanks = std::min(line.find_first_not_of(" \t"), line.size());
      const auto begin = static_cast<std::uint32_t>(source.line_begin(error.line));
      range.begin = begin + static_cast<std::uint32_t>(blanks);
      range.end =
          begin + static_cast<std::uint32_t>(std::min(line.find_first_of("|\r"), line.size()));
    }
    diagnostics_.report(DiagnosticCode::bad_cost_file, range, error.message);
  }
}

}  // namespace ipcsim::scenario
