# SPDX-License-Identifier: BSD-2-Clause
# cmake -DMODELS=a.cost;b.cost -DOUTPUT=x.cc -P embed_cost_models.cmake
# Writes the C++ source that holds the text of every cost model, under the name of its file.
set(entries "")
list(LENGTH MODELS count)
foreach(model IN LISTS MODELS)
  cmake_path(GET model STEM name)
  file(READ ${model} text)
  string(FIND "${text}" ")cost\"" end_marker)
  if(NOT end_marker EQUAL -1)
    message(FATAL_ERROR "${model}: contains )cost\", which ends the string it is embedded in")
  endif()
  string(APPEND entries "    {\"${name}\", R\"cost(${text})cost\"},\n")
endforeach()
file(WRITE ${OUTPUT}
     "// SPDX-License-Identifier: BSD-2-Clause
// Made by tools/upkeep/embed_cost_models.cmake from kernel_model/machine/cost_models/.
#include \"kernel_model/machine/shipped_cost_models.h\"

#include <array>

namespace ipcsim::machine {

namespace {

constexpr std::array<ShippedCostModel, ${count}> kModels = {{
${entries}}};

}  // namespace

std::span<const ShippedCostModel> shipped_cost_models() { return kModels; }

}  // namespace ipcsim::machine
")
