// SPDX-License-Identifier: BSD-2-Clause
// ReferenceErrors: of several errors that apply, the one that a call gives: the first of
// errors.def.
#pragma once

#include <cstdint>
#include <optional>

#include "kernel_model/abi/kernel_error.h"
#include "kernel_model/abi/vocabulary.h"

namespace ipcsim::test {

class ReferenceErrors {
 public:
  void add_if(bool applies, kernel::KernelError error) {
    if (applies && (!first_ || error < *first_)) first_ = error;
  }
  bool any() const { return first_.has_value(); }
  // As the trace has it.
  std::uint16_t result() const { return first_ ? kernel::result_of(*first_) : kernel::kNoResult; }

 private:
  std::optional<kernel::KernelError> first_;
};

}  // namespace ipcsim::test
