// SPDX-License-Identifier: BSD-2-Clause
// CostModels: where the cost model of a machine comes from: one that is part of the program, by its
// name, or a file of the user's. What is wrong with either is reported; of a file, line by line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel_model/machine/cost_model.h"
#include "scenarios/language/diagnostic.h"
#include "scenarios/language/source_file.h"
#include "scenarios/language/source_loader.h"

namespace ipcsim::scenario {

class CostModels {
 public:
  // The texts of the files are added to `sources`, which `diagnostics` is over.
  CostModels(SourceFiles& sources, SourceLoader& loader, Diagnostics& diagnostics)
      : sources_(sources), loader_(loader), diagnostics_(diagnostics) {}

  // `range` is where the model is asked for; without a place on the command line.
  std::optional<machine::CostModel> shipped(std::string_view name, SourceRange range);
  std::optional<machine::CostModel> from_file(const std::string& path, SourceRange range);

  // What `--cost` was given: a file has a `/` in its name or ends with `.cost`.
  std::optional<machine::CostModel> from_command_line(const std::string& model);

 private:
  void report_lines(FileIndex file, const std::vector<machine::CostModelError>& errors);

  SourceFiles& sources_;
  SourceLoader& loader_;
  Diagnostics& diagnostics_;
};

}  // namespace ipcsim::scenario
