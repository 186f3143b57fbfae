// SPDX-License-Identifier: BSD-2-Clause
// RunQueue: the threads that could run and have no CPU, oldest first. One for all CPUs.
#pragma once

#include <cstddef>

#include "kernel_model/task/thread.h"

namespace ipcsim::kernel {

class RunQueue {
 public:
  Thread* first() const { return first_; }
  std::size_t size() const { return size_; }

  void push_back(Thread& thread) {
    thread.next_in_queue = nullptr;
    (last_ != nullptr ? last_->next_in_queue : first_) = &thread;
    last_ = &thread;
    ++size_;
  }

  // `thread` must be in the queue.
  void remove(Thread& thread) {
    Thread* before = nullptr;
    for (Thread* at = first_; at != &thread; at = at->next_in_queue) before = at;
    (before != nullptr ? before->next_in_queue : first_) = thread.next_in_queue;
    if (last_ == &thread) last_ = before;
    thread.next_in_queue = nullptr;
    --size_;
  }

 private:
  Thread* first_ = nullptr;
  Thread* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace ipcsim::kernel
