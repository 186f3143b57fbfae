// SPDX-License-Identifier: BSD-2-Clause
// Input: the texts that the program was told to read. The library reads scenarios itself; what is
// asked here first are the mistakes of whoever types a file name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/scenario.h"
#include "tools/cli/usage_error.h"

namespace ipcsim::cli {

// Stands for stdin where a file's name is expected.
inline constexpr std::string_view kStdin = "-";

// How stdin is called in messages.
inline constexpr std::string_view kStdinName = "stdin";

// Stdin, a pipe or a device: what it says can be read only once.
bool is_stream(const std::string& path);

// Nothing when `path` can be read as a file; else why not, and what was probably meant.
std::optional<UsageError> cannot_read(const std::string& path);

// All of a file or of stdin, within the bounds of memory.
Usage<std::string> read_text(const std::string& path);

struct LoadedScenario {
  scenario::Loaded loaded;  // what is wrong inside the file are diagnostics
  std::string stream_text;  // all that the stream said, if it is one
};
Usage<LoadedScenario> load_scenario(const std::string& path, const scenario::Overrides& overrides);

// The name by which messages call it.
std::string shown_name(const std::string& path);

}  // namespace ipcsim::cli
