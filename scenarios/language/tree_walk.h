// SPDX-License-Identifier: BSD-2-Clause
// walk: every statement and expression below a node, each before what is in it. Null pointers are
// passed over.
#pragma once

#include "scenarios/language/statement.h"

namespace ipcsim::scenario {

class TreeVisitor {
 public:
  virtual void statement(const Statement&) {}
  virtual void arm(const MatchArm&) {}
  virtual void expression(const Expression&) {}

 protected:
  ~TreeVisitor() = default;
};

void walk(const Block& block, TreeVisitor& visitor);
void walk(const Statement& statement, TreeVisitor& visitor);
void walk(const Expression& expression, TreeVisitor& visitor);

}  // namespace ipcsim::scenario
