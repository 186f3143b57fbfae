// SPDX-License-Identifier: BSD-2-Clause
// How much a test tries: the same tests run with sanitizers, which are slow and find what a few
// tries touch, and without, where many tries cost little.
#pragma once

namespace ipcsim::test {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

template <class Number>
constexpr Number tries(Number with_sanitizers, Number without) {
  return kSanitized ? with_sanitizers : without;
}

}  // namespace ipcsim::test
