// SPDX-License-Identifier: BSD-2-Clause
// Help texts, made from the option table: examples first, for they are what is looked for.
#pragma once

#include <string>

#include "tools/cli/option_table.h"
#include "tools/cli/painter.h"

namespace ipcsim::cli {

std::string overall_help(const Painter& paint);
std::string verb_help(const Verb& verb, const Painter& paint);

}  // namespace ipcsim::cli
