// SPDX-License-Identifier: BSD-2-Clause
// ShippedCostModel: the text of a cost model that is part of the program, so that it needs no file
// at run time. There is one per file in cost_models/, in the order of their names; a file's name
// without `.cost` is the model's. The definition is made by tools/upkeep/embed_cost_models.cmake.
#pragma once

#include <span>
#include <string_view>

namespace ipcsim::machine {

struct ShippedCostModel {
  std::string_view name;
  std::string_view text;
};

std::span<const ShippedCostModel> shipped_cost_models();

}  // namespace ipcsim::machine
