// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/output_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include "tools/cli/interrupt.h"
#include "tools/cli/write_all.h"

namespace ipcsim::cli {
namespace {

namespace fs = std::filesystem;

UsageError not_written(const std::string& path, int error) {
  return {fmt::format("{}: cannot be written: {}", path, std::strerror(error)), {}};
}

// Where the bytes go in the end: a symbolic link stays and its target is replaced.
fs::path target_of(const std::string& path) {
  std::error_code error;
  fs::path target = fs::canonical(path, error);
  return error ? fs::path(path) : target;
}

fs::path folder_of(const fs::path& target) {
  return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

std::optional<UsageError> write_directly(const std::string& path, std::string_view text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return not_written(path, errno);
  const int error = write_all(fd, text);
  close(fd);
  // A reader that has seen enough of a pipe is no failure.
  if (error != 0 && error != EPIPE) return not_written(path, error);
  return std::nullopt;
}

struct TemporaryFile {
  int fd = -1;
  std::string path;
};

// The name is short and of its own, so that it is never too long where the target's is not.
TemporaryFile open_temporary(const fs::path& folder) {
  for (unsigned attempt = 0; attempt < 100; ++attempt) {
    TemporaryFile file;
    file.path = (folder / fmt::format(".ipcsim-{}-{}.part", getpid(), attempt)).string();
    file.fd = open(file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file.fd >= 0 || errno != EEXIST) return file;
  }
  return {};
}

int fill(const TemporaryFile& file, std::string_view text, const struct stat* present) {
  int error = 0;
  if (present != nullptr && fchmod(file.fd, present->st_mode & 07777U) != 0) error = errno;
  if (error == 0) error = write_all(file.fd, text);
  if (close(file.fd) != 0 && error == 0) error = errno;
  return error;
}

}  // namespace

std::optional<UsageError> cannot_write(const std::string& path) {
  if (path.empty()) return UsageError{"the name of the file to write is empty", {}};
  const fs::path target = target_of(path);
  struct stat present {};
  if (stat(target.c_str(), &present) == 0) {
    if (S_ISDIR(present.st_mode)) {
      return UsageError{fmt::format("{}: cannot be written: it is a folder", path),
                        "give the name of a file in it"};
    }
    if (access(target.c_str(), W_OK) != 0) return not_written(path, errno);
    if (!S_ISREG(present.st_mode)) return std::nullopt;
  } else if (errno != ENOENT) {
    return not_written(path, errno);
  }
  const fs::path folder = folder_of(target);
  if (access(folder.c_str(), F_OK) != 0) {
    return UsageError{
        fmt::format("{}: cannot be written: there is no folder {}", path, folder.string()), {}};
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) return not_written(path, errno);
  return std::nullopt;
}

std::optional<UsageError> write_file(const std::string& path, std::string_view text) {
  if (auto error = cannot_write(path)) return error;
  const fs::path target = target_of(path);
  struct stat present {};
  const bool exists = stat(target.c_str(), &present) == 0;
  if (exists && !S_ISREG(present.st_mode)) return write_directly(path, text);

  const InterruptsHeld held;
  const TemporaryFile file = open_temporary(folder_of(target));
  if (file.fd < 0) return not_written(path, errno);
  int error = fill(file, text, exists ? &present : nullptr);
  if (error == 0 && std::rename(file.path.c_str(), target.c_str()) != 0) error = errno;
  if (error == 0) return std::nullopt;
  unlink(file.path.c_str());
  return not_written(path, error);
}

}  // namespace ipcsim::cli
