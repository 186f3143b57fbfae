// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/progress_line.h"

#include <fmt/format.h>

namespace ipcsim::cli {

void ProgressLine::show(std::size_t done, std::size_t all, std::string_view now) {
  // Short enough not to wrap, for a wrapped line cannot be written over.
  constexpr std::size_t kWidestShown = 60;
  if (!console_.shows_progress()) return;
  if (std::chrono::steady_clock::now() - start_ < std::chrono::seconds(1)) return;
  if (now.size() > kWidestShown) now.remove_prefix(now.size() - kWidestShown);
  console_.err(fmt::format("\r\x1b[K[{}/{}] {}", done, all, now));
  shown_ = true;
}

void ProgressLine::clear() {
  if (shown_) console_.err("\r\x1b[K");
  shown_ = false;
}

}  // namespace ipcsim::cli
