// SPDX-License-Identifier: BSD-2-Clause
// Result<T, E>: either a value or an error, as a value. For failures that are expected: a kernel
// call that is refused, a file that does not parse. Our own defects are SIM_CHECKs instead.
// A Result holds exactly one of the two, always.
#pragma once

#include <utility>
#include <variant>

#include "sim/base/check.h"

namespace ipcsim {

// Marks an error on its way into a Result: `return Failure(KernelError::kBusy);`
template <class E>
struct Failure {
  explicit constexpr Failure(E e) : error(std::move(e)) {}
  E error;
};

template <class T, class E>
class [[nodiscard]] Result {
 public:
  constexpr Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  constexpr Result(Failure<E> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

  constexpr bool ok() const { return state_.index() == 0; }
  constexpr explicit operator bool() const { return ok(); }

  constexpr const T& value() const& {
    SIM_CHECK(ok(), "the value of a failed result was asked for");
    return *std::get_if<0>(&state_);
  }
  constexpr T& value() & {
    SIM_CHECK(ok(), "the value of a failed result was asked for");
    return *std::get_if<0>(&state_);
  }
  constexpr T&& value() && { return std::move(value()); }
  constexpr const E& error() const {
    SIM_CHECK(!ok(), "the error of a successful result was asked for");
    return *std::get_if<1>(&state_);
  }

  constexpr const T& operator*() const& { return value(); }
  constexpr T& operator*() & { return value(); }
  constexpr const T* operator->() const { return &value(); }
  constexpr T* operator->() { return &value(); }

 private:
  std::variant<T, E> state_;
};

// For calls that give nothing back but may fail: Result<Nothing, E>.
struct Nothing {
  friend constexpr bool operator==(Nothing, Nothing) = default;
};

}  // namespace ipcsim
