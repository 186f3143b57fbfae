// SPDX-License-Identifier: BSD-2-Clause
// Blocks of statements as canonical text. A block of at most one simple statement stands on the
// line of what it belongs to where that fits (but for the bodies of threads and procs).
#pragma once

#include "scenarios/language/page.h"
#include "scenarios/language/statement.h"

namespace ipcsim::scenario {

// On lines of its own, as the bodies of threads and procs are. `header` is what stands before the
// block, without its `{`.
void print_block(Page& page, LineText header, const Block& block);

}  // namespace ipcsim::scenario
