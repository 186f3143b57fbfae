// SPDX-License-Identifier: BSD-2-Clause
// Numbers on the command line.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tools/cli/options.h"

namespace ipcsim::cli {

// The value of `--option`: a whole number, as in 20000, 20_000 or 0x4e20.
Usage<std::uint64_t> number_of(std::string_view option, std::string_view text);

// The same for an option that may be left out.
Usage<std::optional<std::uint64_t>> optional_number(const Arguments& arguments,
                                                    std::string_view option);

// "90s", "15m", "2h", "500ms"; a number alone counts seconds.
Usage<std::chrono::milliseconds> duration_of(std::string_view option, std::string_view text);

}  // namespace ipcsim::cli
