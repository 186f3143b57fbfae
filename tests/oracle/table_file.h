// SPDX-License-Identifier: BSD-2-Clause
// read_table: the lines of a truth table, from a file that is plain text or compressed with gzip,
// whatever its name.
#pragma once

#include <string>
#include <vector>

#include "sim/base/result.h"

namespace ipcsim::oracle {

// Without line ends; no empty line for the end of the last one. Or what is wrong, with the path.
Result<std::vector<std::string>, std::string> read_table(const std::string& path);

}  // namespace ipcsim::oracle
