// SPDX-License-Identifier: BSD-2-Clause
// SourceLoader: where the texts of imported files come from. The language touches no file system:
// who calls it gives it one.
#pragma once

#include <string>

#include "sim/base/result.h"

namespace ipcsim::scenario {

class SourceLoader {
 public:
  // The text of the file at `path`, or in a few words why there is none ("no such file"). Asked
  // only once for a path that can be read. Paths are as written in the imports, relative to the
  // importing file's folder and without `.` and `..` where that is possible: "library/server.scn".
  virtual Result<std::string, std::string> load(const std::string& path) = 0;

 protected:
  ~SourceLoader() = default;
};

}  // namespace ipcsim::scenario
