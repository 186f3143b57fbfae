// SPDX-License-Identifier: BSD-2-Clause
#include "tests/oracle/table_file.h"

#include <array>
#include <string_view>
#include <zlib.h>

#include <sys/stat.h>

#include "sim/base/text.h"

namespace ipcsim::oracle {
namespace {

constexpr std::size_t kMostBytes = std::size_t{256} << 20;  // unpacked

// Reads to the end; gives what went wrong, or nothing.
std::string read_all(gzFile file, std::string& text) {
  std::array<char, 65536> buffer;
  for (;;) {
    const int got = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()));
    if (got < 0) {
      int code = Z_OK;
      const char* const message = gzerror(file, &code);
      return code == Z_ERRNO ? "cannot be read" : message;
    }
    if (got == 0) return {};
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > kMostBytes) return "too large";
  }
}

}  // namespace

Result<std::vector<std::string>, std::string> read_table(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return Failure(path + ": there is no such file");
  if (!S_ISREG(status.st_mode)) return Failure(path + ": is no file");
  const gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return Failure(path + ": cannot be opened");
  std::string text;
  std::string wrong = read_all(file, text);
  // A compressed file that ends too early is noticed here.
  if (gzclose(file) != Z_OK && wrong.empty()) wrong = "the compressed data end too early";
  if (!wrong.empty()) return Failure(path + ": " + wrong);
  std::vector<std::string> lines;
  if (text.empty()) return lines;
  if (text.back() == '\n') text.pop_back();
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
  }
  return lines;
}

}  // namespace ipcsim::oracle
