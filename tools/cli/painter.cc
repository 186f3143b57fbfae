// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/painter.h"

#include <fmt/format.h>

namespace ipcsim::cli {
namespace {

std::string_view code_of(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "1;32";
    case Tone::kBad:
      return "1;31";
    case Tone::kWarning:
      return "1;33";
    case Tone::kStrong:
      return "1";
    case Tone::kFaint:
      return "2";
  }
  return "0";
}

}  // namespace

std::string Painter::operator()(Tone tone, std::string_view text) const {
  if (colours_ == Colours::kOff) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(tone), text);
}

}  // namespace ipcsim::cli
