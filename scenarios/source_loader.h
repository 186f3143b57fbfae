// SPDX-License-Identifier: BSD-2-Clause
// FileLoader: the only way from the file system into the language. It reads regular files alone,
// and of each no more than the language takes, so that nothing it is given can hang it or fill
// memory.
#pragma once

#include <string>

#include "scenarios/language/source_loader.h"

namespace ipcsim::scenario {

class FileLoader final : public SourceLoader {
 public:
  // The bytes of the file; of one that is too large, enough of it to be refused by the parser.
  Result<std::string, std::string> load(const std::string& path) override;
};

}  // namespace ipcsim::scenario
