// SPDX-License-Identifier: BSD-2-Clause
// Output files: written whole or not at all. The text goes to a temporary file in the same folder,
// which then takes the place of the old one in one step; whoever looks sees the old file or the
// new one. Devices and pipes, which cannot be replaced, are written to directly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tools/cli/usage_error.h"

namespace ipcsim::cli {

// What would keep write_file() from writing there, as far as it can be told without doing it: worth
// asking before long work.
std::optional<UsageError> cannot_write(const std::string& path);

// Keeps the permissions of a file that exists, and follows a symbolic link to it.
std::optional<UsageError> write_file(const std::string& path, std::string_view text);

}  // namespace ipcsim::cli
