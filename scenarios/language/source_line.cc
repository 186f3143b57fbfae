// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/source_line.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "sim/base/text.h"

namespace ipcsim::scenario {
namespace {

// The parts of a path that say something: no `.`, nothing between two slashes.
std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts = split(path, '/');
  std::erase_if(parts, [](std::string_view part) { return part.empty() || part == "."; });
  return parts;
}

}  // namespace

trace::SourceLine source_line(const SourceFiles& sources, SourceRange range) {
  if (!range.has_place()) return {};
  trace::SourceLine line;
  line.file = range.file & (trace::kMaximumSourceFiles - 1);
  line.line = sources.file(range.file).line_of(range.begin) & trace::kMaximumSourceLine;
  return line;
}

std::string name_in_traces(const SourceFiles& sources, FileIndex file) {
  std::vector<std::string_view> from = parts_of(sources.file(0).path());
  const std::vector<std::string_view> to = parts_of(sources.file(file).path());
  if (from.empty() || to.empty()) return sources.file(file).path();
  from.pop_back();
  const auto [rest_from, rest_to] =
      std::mismatch(from.begin(), from.end(), to.begin(), to.end() - 1);
  // A way up that itself leads through `..` cannot be said without knowing where we are.
  if (std::find(rest_from, from.end(), "..") != from.end()) return std::string(to.back());
  std::vector<std::string_view> relative(static_cast<std::size_t>(from.end() - rest_from), "..");
  relative.insert(relative.end(), rest_to, to.end());
  return ipcsim::join(relative, "/");
}

}  // namespace ipcsim::scenario
