// SPDX-License-Identifier: BSD-2-Clause
// Painter: text in colours, where there are any. What it adds never carries meaning of its own: the
// words are the same without.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ipcsim::cli {

enum class Colours : std::uint8_t { kOff, kOn };
enum class Tone : std::uint8_t { kGood, kBad, kWarning, kStrong, kFaint };

class Painter {
 public:
  explicit Painter(Colours colours) : colours_(colours) {}

  Colours colours() const { return colours_; }
  std::string operator()(Tone tone, std::string_view text) const;

 private:
  Colours colours_;
};

}  // namespace ipcsim::cli
