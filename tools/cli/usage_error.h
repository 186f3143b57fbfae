// SPDX-License-Identifier: BSD-2-Clause
// UsageError: something is wrong with how the program was called, or with a file it was told to
// read or write. Always a message that says what and where; where it helps, what to do.
#pragma once

#include <string>
#include <utility>

#include "sim/base/result.h"

namespace ipcsim::cli {

struct UsageError {
  std::string message;  // lower case, one line, without a full stop
  std::string help;     // one line, or empty
};

template <class T>
using Usage = Result<T, UsageError>;

inline Failure<UsageError> wrong_usage(std::string message, std::string help = {}) {
  return Failure(UsageError{std::move(message), std::move(help)});
}

}  // namespace ipcsim::cli
