// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/kinds.h"

namespace ipcsim::scenario {

std::span<const std::string_view> event_kind_words() {
  static constexpr std::string_view kWords[] = {"opened", "signaled", "closed", "cancelled",
                                                "timed_out"};
  return kWords;
}

std::span<const std::string_view> error_words() {
  static constexpr std::string_view kWords[] = {
#define KERNEL_ERROR(name, meaning) #name,
#include "kernel_model/abi/errors.def"
#undef KERNEL_ERROR
  };
  return kWords;
}

std::span<const std::string_view> access_words() {
  static constexpr std::string_view kWords[] = {"read", "write"};
  return kWords;
}

std::optional<kernel::PageAccess> find_access(std::string_view word) {
  for (std::size_t index = 0; index < access_words().size(); ++index) {
    if (access_words()[index] == word) return static_cast<kernel::PageAccess>(index);
  }
  return std::nullopt;
}

std::optional<kernel::EventKind> find_event_kind(std::string_view word) {
  for (const kernel::EventKind kind :
       {kernel::EventKind::kOpened, kernel::EventKind::kSignaled, kernel::EventKind::kClosed,
        kernel::EventKind::kCancelled, kernel::EventKind::kTimedOut}) {
    if (kernel::name_of(kind) == word) return kind;
  }
  return std::nullopt;
}

std::optional<Kind> find_kind(std::string_view word) {
  if (const auto event = find_event_kind(word)) return Kind(*event);
  if (const auto error = kernel::find_kernel_error(word)) return Kind(*error);
  return std::nullopt;
}

}  // namespace ipcsim::scenario
