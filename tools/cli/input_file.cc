// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/input_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>

#include "sim/base/text.h"

namespace ipcsim::cli {
namespace {

namespace fs = std::filesystem;

// Far more than a scenario or a golden trace has; keeps an endless input from taking all memory.
constexpr std::size_t kMaximumText = std::size_t{256} << 20;

UsageError not_read(const std::string& path, int error) {
  return {fmt::format("{}: cannot be read: {}", shown_name(path), std::strerror(error)), {}};
}

// The files of the same folder that could have been meant; sorted, for a folder has no order.
std::vector<std::string> neighbours(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  constexpr std::size_t kEnough = 10'000;
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
    if (names.size() == kEnough) break;
  }
  std::sort(names.begin(), names.end());
  return names;
}

UsageError missing(const std::string& path) {
  UsageError error{fmt::format("{}: there is no such file", path), {}};
  const fs::path asked(path);
  const std::vector<std::string> names = neighbours(asked);
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string name = asked.filename().string();
  const std::string with_ending = name + ".scn";
  const bool ending_forgotten = std::binary_search(names.begin(), names.end(), with_ending);
  const auto meant =
      ending_forgotten ? std::optional<std::string_view>(with_ending) : closest(name, candidates);
  if (meant) {
    error.help = fmt::format("did you mean `{}`?", (asked.parent_path() / *meant).string());
  }
  return error;
}

Usage<std::string> read_all(int fd, const std::string& path) {
  std::string text;
  std::array<char, 65536> piece{};
  for (;;) {
    const ssize_t count = read(fd, piece.data(), piece.size());
    if (count == 0) return text;
    if (count < 0) {
      if (errno == EINTR) continue;
      return Failure(not_read(path, errno));
    }
    text.append(piece.data(), static_cast<std::size_t>(count));
    if (text.size() > kMaximumText) {
      return wrong_usage(
          fmt::format("{}: is longer than {} MiB", shown_name(path), kMaximumText >> 20));
    }
  }
}

}  // namespace

std::string shown_name(const std::string& path) {
  return path == kStdin ? std::string(kStdinName) : path;
}

std::optional<UsageError> cannot_read(const std::string& path) {
  if (path.empty()) return UsageError{"the name of the file is empty", {}};
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) {
    return errno == ENOENT ? missing(path) : not_read(path, errno);
  }
  if (S_ISDIR(found.st_mode)) {
    return UsageError{fmt::format("{}: is a folder, not a file", path),
                      fmt::format("`ipcsim test {}` runs every scenario below it", path)};
  }
  if (access(path.c_str(), R_OK) != 0) return not_read(path, errno);
  return std::nullopt;
}

Usage<std::string> read_text(const std::string& path) {
  if (path == kStdin) return read_all(STDIN_FILENO, path);
  if (auto error = cannot_read(path)) return Failure(std::move(*error));
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Failure(not_read(path, errno));
  auto text = read_all(fd, path);
  close(fd);
  return text;
}

bool is_stream(const std::string& path) {
  struct stat found {};
  return path == kStdin ||
         (stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode));
}

Usage<LoadedScenario> load_scenario(const std::string& path, const scenario::Overrides& overrides) {
  if (is_stream(path)) {
    auto text = read_text(path);
    if (!text) return Failure(text.error());
    return LoadedScenario{scenario::load_text(*text, shown_name(path), overrides), *text};
  }
  if (auto error = cannot_read(path)) return Failure(std::move(*error));
  return LoadedScenario{scenario::load(path, overrides), {}};
}

}  // namespace ipcsim::cli
