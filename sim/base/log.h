// SPDX-License-Identifier: BSD-2-Clause
// Log: messages for the person at the terminal, on standard error, one line each:
// "ipcsim: warning: ...". For tools only: nothing of a run is decided by what is logged, and the
// lines hold no time and no address, so that they can be compared too.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace ipcsim {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kSilent };

class Log {
 public:
  // Messages below `least` are dropped. `name` begins every line.
  Log(std::string name, LogLevel least);
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log();

  void debug(std::string_view message);
  void info(std::string_view message);
  void warning(std::string_view message);
  void error(std::string_view message);

  // Whether a message of this level comes out; asked before an expensive one is put together.
  bool enabled(LogLevel level) const { return level >= least_ && level != LogLevel::kSilent; }

 private:
  LogLevel least_;
  std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace ipcsim
