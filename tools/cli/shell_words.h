// SPDX-License-Identifier: BSD-2-Clause
// A command as a line to paste into a shell: words with anything special in them are quoted.
#pragma once

#include <span>
#include <string>

namespace ipcsim::cli {

std::string shell_line(std::span<const std::string> words);

}  // namespace ipcsim::cli
