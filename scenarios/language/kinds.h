// SPDX-License-Identifier: BSD-2-Clause
// Kind: the words that `is`, `match`, `fails` and `expect` know: the kinds of events and the
// errors. No word is both.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "kernel_model/abi/kernel_error.h"
#include "kernel_model/abi/user_types.h"

namespace ipcsim::scenario {

using Kind = std::variant<kernel::EventKind, kernel::KernelError>;

// All of them, for suggestions.
std::span<const std::string_view> event_kind_words();
std::span<const std::string_view> error_words();

// What may be done with a page, and what a page fault was about; by PageAccess.
std::span<const std::string_view> access_words();
std::optional<kernel::PageAccess> find_access(std::string_view word);

std::optional<kernel::EventKind> find_event_kind(std::string_view word);
std::optional<Kind> find_kind(std::string_view word);

}  // namespace ipcsim::scenario
