// SPDX-License-Identifier: BSD-2-Clause
#include "sim/engine/fiber.h"

#include <new>

#include <boost/context/detail/fcontext.hpp>
#include <sys/mman.h>

#include "sim/base/check.h"

#if defined(__SANITIZE_ADDRESS__)
#define IPCSIM_ANNOUNCES_SWITCHES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IPCSIM_ANNOUNCES_SWITCHES 1
#endif
#endif

#if defined(IPCSIM_ANNOUNCES_SWITCHES)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace ipcsim::engine {
namespace {

// The bare switch. The library's public classes own what they switch to: they unwind a suspended
// flow by an exception when it is dropped, which costs a microsecond and runs an abandoned thread's
// code.
namespace context = boost::context::detail;

// A stack that is about to run over its end is noticed at the next switch when less than this is
// left: enough to say so.
constexpr std::size_t kStackReserve = std::size_t{16} * 1024;
constexpr std::size_t kStacksPerSlab = 64;
constexpr std::size_t kSlabBytes = kStacksPerSlab * kStackBytes;
constexpr std::size_t kUsableBytes = kStackBytes - sizeof(Fiber);
static_assert(kUsableBytes % 16 == 0);

// AddressSanitizer must be told about every switch; it cannot see them. Debian's Boost has no
// announcing variant to link, so this file announces.
#if defined(__x86_64__)
// Boost leaves jump_fcontext by a jump, so calling it would leave one return too many in the
// processor's return stack and make it mispredict every return behind the switch. Jumping to it
// with the return address pushed by hand keeps that stack level: switches take half the time.
// The red zone below the stack pointer may be in use and is stepped over.
context::transfer_t jump(context::fcontext_t to, void* data) {
  context::transfer_t from;
  asm volatile(
      "subq $128, %%rsp\n\t"
      "leaq 1f(%%rip), %%rax\n\t"
      "pushq %%rax\n\t"
      "jmp *%[jump]\n"
      "1:\n\t"
      "addq $128, %%rsp"
      : "=a"(from.fctx), "=d"(from.data), "+D"(to), "+S"(data)
      : [jump] "c"(&context::jump_fcontext)
      : "r8", "r9", "r10", "r11", "memory", "cc");
  return from;
}
#else
context::transfer_t jump(context::fcontext_t to, void* data) {
  return context::jump_fcontext(to, data);
}
#endif

#if defined(IPCSIM_ANNOUNCES_SWITCHES)
void announce_leaving(void** fake_stack, const void* bottom, std::size_t bytes) {
  __sanitizer_start_switch_fiber(fake_stack, bottom, bytes);
}
void announce_arrival(void* fake_stack, const void** bottom, std::size_t* bytes) {
  __sanitizer_finish_switch_fiber(fake_stack, bottom, bytes);
}
void forget_stack(void* memory, std::size_t bytes) { __asan_unpoison_memory_region(memory, bytes); }
#else
void announce_leaving(void**, const void*, std::size_t) {}
void announce_arrival(void*, const void**, std::size_t*) {}
void forget_stack(void*, std::size_t) {}
#endif

}  // namespace

// Where a fiber begins.
struct FiberSet::Arrival {
  static void first(context::transfer_t from) {
    FiberSet& fibers = *static_cast<FiberSet*>(from.data);
    fibers.arrive(from.fctx);
    const Fiber& self = fibers.current();
    self.entry_(self.argument_);
    check_failed("entry", __FILE__, __LINE__, "a fiber's entry function returned");
  }
};

FiberSet::~FiberSet() {
  for (std::byte* const slab : slabs_) ::munmap(slab, kSlabBytes);
}

// A free fiber; a new one when there is none.
Fiber& FiberSet::take() {
  if (!free_.empty()) {
    Fiber& fiber = *free_.back();
    free_.pop_back();
    return fiber;
  }
  if (stacks_ == slabs_.size() * kStacksPerSlab) {
    void* const memory = ::mmap(nullptr, kSlabBytes, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    SIM_CHECK(memory != MAP_FAILED, "no address space is left for fiber stacks");
    // With huge pages, the first touch of one stack would take the memory of sixteen.
    ::madvise(memory, kSlabBytes, MADV_NOHUGEPAGE);
    slabs_.push_back(static_cast<std::byte*>(memory));
  }
  std::byte* const stack = slabs_.back() + stacks_++ % kStacksPerSlab * kStackBytes;
  Fiber& fiber = *::new (stack + kUsableBytes) Fiber;
  fiber.stack_ = stack;
  return fiber;
}

void FiberSet::release(Fiber& fiber) {
  fiber.state_ = Fiber::State::kFree;
  started_[fiber.place_] = started_.back();
  started_[fiber.place_]->place_ = fiber.place_;
  started_.pop_back();
  free_.push_back(&fiber);
}

Fiber& FiberSet::start(Entry entry, void* argument) {
  Fiber& fiber = take();
  fiber.state_ = Fiber::State::kSuspended;
  fiber.place_ = static_cast<std::uint32_t>(started_.size());
  started_.push_back(&fiber);
  fiber.entry_ = entry;
  fiber.argument_ = argument;
  fiber.fake_stack_ = nullptr;
  forget_stack(fiber.stack_, kUsableBytes);
  fiber.context_ = context::make_fcontext(&fiber, kUsableBytes, &Arrival::first);
  return fiber;
}

void FiberSet::switch_to(Fiber& to) {
  Fiber& from = *current_;
  if (&to == &from) return;
  SIM_CHECK(to.state_ == Fiber::State::kSuspended, "a switch to a fiber that is not suspended");
  SIM_CHECK(from.stack_ == nullptr || __builtin_frame_address(0) > from.stack_ + kStackReserve,
            "a fiber has used up its stack");
  const bool for_ever = from.state_ == Fiber::State::kFinished;
  if (!for_ever) from.state_ = Fiber::State::kSuspended;
  to.state_ = Fiber::State::kRunning;
  leaver_ = &from;
  current_ = &to;
  const bool to_main = &to == &main_;
  announce_leaving(for_ever ? nullptr : &from.fake_stack_, to_main ? main_bottom_ : to.stack_,
                   to_main ? main_bytes_ : kUsableBytes);
  arrive(jump(to.context_, this).fctx);
}

// On arrival in a flow: keep where the one that was left goes on, or recycle its stack.
void FiberSet::arrive(void* left_context) {
  Fiber& left = *leaver_;
  const bool from_main = &left == &main_;
  announce_arrival(current_->fake_stack_, from_main ? &main_bottom_ : nullptr,
                   from_main ? &main_bytes_ : nullptr);
  left.context_ = left_context;
  if (left.state_ == Fiber::State::kFinished) release(left);
}

void FiberSet::finish(Fiber& to) {
  current_->state_ = Fiber::State::kFinished;
  switch_to(to);
  check_failed("finish", __FILE__, __LINE__, "a finished fiber was resumed");
}

void FiberSet::abandon(Fiber& fiber) {
  SIM_CHECK(fiber.state_ == Fiber::State::kSuspended, "only a suspended fiber can be abandoned");
  release(fiber);
}

void FiberSet::abandon_all() {
  SIM_CHECK(current_ == &main_, "fibers are abandoned from the main flow only");
  // Last first, so that the next run starts on the same stacks as this one did.
  while (!started_.empty()) release(*started_.back());
}

}  // namespace ipcsim::engine
