// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/source_file.h"

#include <algorithm>
#include <utility>

#include "scenarios/language/utf8.h"
#include "sim/base/check.h"
#include "sim/base/digits.h"

namespace ipcsim::scenario {

SourceFile::SourceFile(std::string path, std::string text, SourceRange imported_at)
    : path_(std::move(path)), text_(std::move(text)), imported_at_(imported_at) {
  SIM_CHECK(text_.size() < std::numeric_limits<std::uint32_t>::max(),
            "a source fits 32-bit offsets");
  line_begins_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_begins_.push_back(static_cast<std::uint32_t>(i + 1));
  }
}

std::uint32_t SourceFile::line_of(std::size_t offset) const {
  const auto after = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
  return static_cast<std::uint32_t>(after - line_begins_.begin());
}

SourcePosition SourceFile::position(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const std::uint32_t line = line_of(offset);
  const std::size_t begin = line_begins_[line - 1];
  const std::size_t before = character_count(std::string_view(text_).substr(begin, offset - begin));
  return {line, static_cast<std::uint32_t>(before) + 1};
}

std::size_t SourceFile::line_begin(std::uint32_t line) const {
  return line - 1 < line_begins_.size() ? line_begins_[line - 1] : text_.size();
}

std::string_view SourceFile::line_text(std::uint32_t line) const {
  const std::size_t begin = line_begin(line);
  std::size_t end = std::min(text_.find('\n', begin), text_.size());
  if (end > begin && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(begin, end - begin);
}

FileIndex SourceFiles::add(std::string path, std::string text, SourceRange imported_at) {
  files_.emplace_back(std::move(path), std::move(text), imported_at);
  return static_cast<FileIndex>(files_.size() - 1);
}

const SourceFile& SourceFiles::file(FileIndex index) const {
  SIM_CHECK(index < files_.size(), "a file index comes from add()");
  return files_[index];
}

std::string_view SourceFiles::text(SourceRange range) const {
  if (!range.has_place()) return {};
  const std::string_view text = file(range.file).text();
  const std::size_t begin = std::min<std::size_t>(range.begin, text.size());
  return text.substr(begin, range.end > begin ? range.end - begin : 0);
}

std::string SourceFiles::line_name(SourceRange range) const {
  if (!range.has_place()) return {};
  const SourceFile& source = file(range.file);
  std::string name = source.path();
  name += ':';
  append_decimal(name, source.line_of(range.begin));
  return name;
}

SourcePosition SourceFiles::position(SourceRange range) const {
  return range.has_place() ? file(range.file).position(range.begin) : SourcePosition{};
}

}  // namespace ipcsim::scenario
