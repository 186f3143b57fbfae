// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/log.h"

#include <utility>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace ipcsim {

namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kSilent:
      break;
  }
  return spdlog::level::off;
}

spdlog::string_view_t borrowed(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Log::Log(std::string name, LogLevel least)
    : least_(least),
      logger_(std::make_unique<spdlog::logger>(std::move(name),
                                               std::make_shared<spdlog::sinks::stderr_sink_st>())) {
  logger_->set_pattern("%n: %l: %v");
  logger_->set_level(spdlog_level(least));
  logger_->flush_on(spdlog::level::trace);
}

Log::~Log() = default;

void Log::debug(std::string_view message) { logger_->log(spdlog::level::debug, borrowed(message)); }
void Log::info(std::string_view message) { logger_->log(spdlog::level::info, borrowed(message)); }
void Log::warning(std::string_view message) {
  logger_->log(spdlog::level::warn, borrowed(message));
}
void Log::error(std::string_view message) { logger_->log(spdlog::level::err, borrowed(message)); }

}  // namespace ipcsim
