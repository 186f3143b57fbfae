// SPDX-License-Identifier: BSD-2-Clause
#include <string_view>

#include <doctest/doctest.h>

#include "kernel_model/abi/kernel_error.h"
#include "kernel_model/abi/system_call.h"
#include "kernel_model/abi/user_types.h"

namespace ipcsim::kernel {
namespace {

TEST_CASE("an error is found by its name; killed is none") {
  for (unsigned number = 0; number < static_cast<unsigned>(KernelError::killed); ++number) {
    const auto error = static_cast<KernelError>(number);
    CHECK(find_kernel_error(name_of(error)) == error);
    CHECK(!meaning_of(error).empty());
  }
  CHECK(name_of(KernelError::killed) == "killed");
  CHECK_FALSE(find_kernel_error("killed").has_value());
  CHECK_FALSE(find_kernel_error("").has_value());
}

TEST_CASE("every call has a name and a meaning, in the order of the enum") {
  CHECK(system_calls().size() == kSystemCalls);
  CHECK(name_of(SystemCall::connect) == "connect");
  CHECK(name_of(SystemCall::yield) == "yield");
  for (const SystemCallDescription& call : system_calls()) CHECK(!call.meaning.empty());
}

TEST_CASE("events are named as poll reports them") {
  CHECK(name_of(EventKind::kOpened) == "opened");
  CHECK(name_of(EventKind::kSignaled) == "signaled");
  CHECK(name_of(EventKind::kClosed) == "closed");
  CHECK(name_of(EventKind::kCancelled) == "cancelled");
  CHECK(name_of(EventKind::kTimedOut) == "timed_out");
}

TEST_CASE("the sign of a number is its scope") {
  CHECK(Descriptor{-1}.thread_local_scope());
  CHECK_FALSE(Descriptor{0}.thread_local_scope());
}

}  // namespace
}  // namespace ipcsim::kernel
