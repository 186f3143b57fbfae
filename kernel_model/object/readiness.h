// SPDX-License-Identifier: BSD-2-Clause
// Readiness: what an end has to tell its owner, and in which order owners hear it.
//
// - The bits are sticky and never merged: opened, signaled, closed. `closed` stays for ever.
// - An end is in its owner's ready list exactly while it has a bit. It enters at the tail with its
//   first bit; reporting moves an end that has a bit left to the tail, so none starves.
// - Orders come from one counter of the whole kernel, so ends of two lists can be compared.
#pragma once

#include <cstdint>

#include "kernel_model/abi/user_types.h"

namespace ipcsim::kernel {

struct Readiness {
  bool opened = false;
  bool signaled = false;
  bool closed = false;

  bool any() const { return opened || signaled || closed; }

  // What a poll reports first.
  EventKind first() const {
    if (opened) return EventKind::kOpened;
    return signaled ? EventKind::kSignaled : EventKind::kClosed;
  }
  // Takes note that `kind` has been reported: clears that bit and no other; closed stays.
  void reported(EventKind kind) {
    if (kind == EventKind::kOpened) opened = false;
    if (kind == EventKind::kSignaled) signaled = false;
  }
};

class ReadyList;

// The place of an end in a ready list; a base of the end.
class ReadyNode {
 public:
  bool listed() const { return listed_; }
  std::uint64_t order() const { return order_; }  // lower was ready earlier

 private:
  friend class ReadyList;
  ReadyNode* previous_ = nullptr;
  ReadyNode* next_ = nullptr;
  std::uint64_t order_ = 0;
  bool listed_ = false;
};

class ReadyList {
 public:
  ReadyNode* first() const { return first_; }
  static ReadyNode* after(const ReadyNode& node) { return node.next_; }

  void push_back(ReadyNode& node, std::uint64_t order) {
    node.order_ = order;
    node.listed_ = true;
    node.previous_ = last_;
    node.next_ = nullptr;
    (last_ != nullptr ? last_->next_ : first_) = &node;
    last_ = &node;
  }

  void remove(ReadyNode& node) {
    (node.previous_ != nullptr ? node.previous_->next_ : first_) = node.next_;
    (node.next_ != nullptr ? node.next_->previous_ : last_) = node.previous_;
    node.previous_ = node.next_ = nullptr;
    node.listed_ = false;
  }

 private:
  ReadyNode* first_ = nullptr;
  ReadyNode* last_ = nullptr;
};

}  // namespace ipcsim::kernel
