// SPDX-License-Identifier: BSD-2-Clause
// SourceFiles: the texts a scenario is made of, the main file first, its imports as they are met.
// A SourceRange is a piece of one of them. Texts never change or move once added, so that ranges
// (and views of text) stay valid as long as the SourceFiles object lives.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace ipcsim::scenario {

using FileIndex = std::uint32_t;

// The bytes `begin` .. `end`-1 of a file. With begin == end: the place before that byte.
struct SourceRange {
  static constexpr FileIndex kNoFile = std::numeric_limits<FileIndex>::max();

  FileIndex file = kNoFile;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  constexpr bool has_place() const { return file != kNoFile; }
  friend constexpr auto operator<=>(const SourceRange&, const SourceRange&) = default;
};

// From the beginning of `first` to the end of `last`, which lie in one file.
constexpr SourceRange span(SourceRange first, SourceRange last) {
  return {first.file, first.begin, last.end};
}

// As people count: from 1. A column is a character, not a byte; a tab is one column.
struct SourcePosition {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  friend constexpr auto operator<=>(const SourcePosition&, const SourcePosition&) = default;
};

class SourceFile {
 public:
  // `imported_at` is the import that led here; it has no place for the main file.
  SourceFile(std::string path, std::string text, SourceRange imported_at);

  const std::string& path() const { return path_; }
  std::string_view text() const { return text_; }
  SourceRange imported_at() const { return imported_at_; }

  // Offsets beyond the text count as its end.
  SourcePosition position(std::size_t offset) const;
  std::uint32_t line_of(std::size_t offset) const;  // quicker than position()

  // `line` counts from 1. The text has no line end in it; lines beyond the last are empty.
  std::string_view line_text(std::uint32_t line) const;
  std::size_t line_begin(std::uint32_t line) const;
  std::uint32_t line_count() const { return static_cast<std::uint32_t>(line_begins_.size()); }

 private:
  std::string path_;
  std::string text_;
  SourceRange imported_at_;
  std::vector<std::uint32_t> line_begins_;
};

class SourceFiles {
 public:
  FileIndex add(std::string path, std::string text, SourceRange imported_at = {});

  const SourceFile& file(FileIndex index) const;
  FileIndex count() const { return static_cast<FileIndex>(files_.size()); }

  // The text of a range, empty when it has no place.
  std::string_view text(SourceRange range) const;

  // "hello.scn:12", for traces and reports; empty when the range has no place.
  std::string line_name(SourceRange range) const;
  SourcePosition position(SourceRange range) const;

 private:
  std::deque<SourceFile> files_;  // a deque: files stay where they are
};

}  // namespace ipcsim::scenario
