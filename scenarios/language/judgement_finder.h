// SPDX-License-Identifier: BSD-2-Clause
// Which statements judge something: `expect C`, and calls with `expect` or `within`. A `fails` does
// not count: a line that says so may stand where it is never reached.
#pragma once

#include <cstddef>

#include "scenarios/language/statement.h"

namespace ipcsim::scenario {

// The first one in a block, from a statement on; null when there is none.
const Statement* find_judgement(const Block& block, std::size_t from = 0);

}  // namespace ipcsim::scenario
