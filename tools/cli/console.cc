// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/console.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include <fmt/format.h>

#include "tools/cli/write_all.h"

namespace ipcsim::cli {
namespace {

bool variable_is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool terminal_is_dumb() {
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) == "dumb";
}

Colours colours_of(int fd) {
  if (variable_is_set("NO_COLOR") || terminal_is_dumb()) return Colours::kOff;
  return isatty(fd) != 0 ? Colours::kOn : Colours::kOff;
}

// The first of these variables that is set decides about the letters of messages.
bool locale_is_utf8() {
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (!variable_is_set(name)) continue;
    const std::string_view locale = std::getenv(name);
    return locale.ends_with("UTF-8") || locale.ends_with("utf8") || locale.ends_with("utf-8");
  }
  return false;
}

}  // namespace

Console::Console()
    : shows_progress_(isatty(STDERR_FILENO) != 0 && !terminal_is_dumb()),
      shows_boxes_(isatty(STDOUT_FILENO) != 0 && !terminal_is_dumb() && locale_is_utf8()),
      paint_out_(colours_of(STDOUT_FILENO)),
      paint_err_(colours_of(STDERR_FILENO)) {}

void Console::out(std::string_view text) {
  if (out_state_ == State::kShut) return;
  const int error = write_all(STDOUT_FILENO, text);
  if (error == 0) return;
  out_state_ = State::kShut;
  if (error != EPIPE) out_failure_ = std::strerror(error);
}

void Console::err(std::string_view text) {
  if (err_state_ == State::kShut) return;
  if (write_all(STDERR_FILENO, text) != 0) err_state_ = State::kShut;
}

void Console::error(const UsageError& error) {
  std::string text = fmt::format("{} {}: {}\n", paint_err_(Tone::kStrong, "ipcsim:"),
                                 paint_err_(Tone::kBad, "error"), error.message);
  if (!error.help.empty()) text += fmt::format("      = help: {}\n", error.help);
  err(text);
}

}  // namespace ipcsim::cli
