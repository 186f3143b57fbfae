// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/object/readiness.h"

#include <vector>

#include <doctest/doctest.h>

namespace ipcsim::kernel {
namespace {

TEST_CASE("opened is reported before signaled before closed") {
  Readiness bits;
  CHECK_FALSE(bits.any());
  bits.closed = true;
  CHECK(bits.first() == EventKind::kClosed);
  bits.signaled = true;
  CHECK(bits.first() == EventKind::kSignaled);
  bits.opened = true;
  CHECK(bits.first() == EventKind::kOpened);
  CHECK(bits.any());
}

TEST_CASE("reporting clears that bit and no other; closed stays") {
  Readiness bits{true, true, true};
  bits.reported(EventKind::kOpened);
  CHECK((!bits.opened && bits.signaled && bits.closed));
  bits.reported(EventKind::kSignaled);
  CHECK((!bits.opened && !bits.signaled && bits.closed));
  bits.reported(EventKind::kClosed);
  CHECK(bits.closed);
  Readiness opened{true, false, false};
  opened.reported(EventKind::kSignaled);
  CHECK(opened.opened);
}

std::vector<const ReadyNode*> content(const ReadyList& list) {
  std::vector<const ReadyNode*> nodes;
  for (const ReadyNode* node = list.first(); node != nullptr; node = ReadyList::after(*node)) {
    nodes.push_back(node);
  }
  return nodes;
}

TEST_CASE("a list keeps the order of arrival, wherever nodes are taken out") {
  ReadyList list;
  ReadyNode a;
  ReadyNode b;
  ReadyNode c;
  CHECK(list.first() == nullptr);
  list.push_back(a, 1);
  list.push_back(b, 2);
  list.push_back(c, 3);
  CHECK(content(list) == std::vector<const ReadyNode*>{&a, &b, &c});
  CHECK(b.order() == 2);
  list.remove(b);
  CHECK_FALSE(b.listed());
  CHECK(content(list) == std::vector<const ReadyNode*>{&a, &c});
  list.push_back(b, 4);
  list.remove(a);
  CHECK(content(list) == std::vector<const ReadyNode*>{&c, &b});
  list.remove(b);
  list.remove(c);
  CHECK(content(list).empty());
  list.push_back(a, 5);
  CHECK(a.listed());
  CHECK(a.order() == 5);
  CHECK(content(list) == std::vector<const ReadyNode*>{&a});
}

}  // namespace
}  // namespace ipcsim::kernel
