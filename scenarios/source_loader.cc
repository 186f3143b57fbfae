// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/source_loader.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "scenarios/language/source_limits.h"

namespace ipcsim::scenario {
namespace {

using Status = std::filesystem::file_status;

// In a few words why what is at a path is no file to read.
Failure<std::string> refusal(const Status& status) {
  switch (status.type()) {
    case std::filesystem::file_type::not_found:
      return Failure(std::string("no such file"));
    case std::filesystem::file_type::directory:
      return Failure(std::string("it is a folder"));
    case std::filesystem::file_type::none:
      return Failure(std::string("permission denied"));
    default:
      return Failure(std::string("it is no regular file"));
  }
}

}  // namespace

Result<std::string, std::string> FileLoader::load(const std::string& path) {
  std::error_code error;
  const Status status = std::filesystem::status(path, error);
  if (status.type() != std::filesystem::file_type::regular) return refusal(status);
  std::ifstream file(path, std::ios::binary);
  if (!file) return Failure(std::string("permission denied"));
  std::string text(kMaximumFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return Failure(std::string("it cannot be read"));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace ipcsim::scenario
