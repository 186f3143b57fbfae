// SPDX-License-Identifier: BSD-2-Clause
// run_tables: the main function of a program that runs truth tables.
//
//   NAME [--exceptions FILE] TABLE...
//
// Every table is run; a mistake in the command line or in a file ends the program at once.
#pragma once

#include <string>
#include <vector>

#include "tests/oracle/verdicts.h"

namespace ipcsim::oracle {

// Runs the cases of one table, given by its lines; gives what is wrong with the table, with the
// place, or nothing.
using RunTable = std::string(const std::string& path, const std::vector<std::string>& lines,
                             Verdicts& verdicts);

// Gives the exit code.
int run_tables(const std::string& program, const std::vector<std::string>& arguments,
               RunTable* run_table);

}  // namespace ipcsim::oracle
