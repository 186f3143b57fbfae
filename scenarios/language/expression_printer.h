// SPDX-License-Identifier: BSD-2-Clause
// Expressions as canonical text: the parentheses that were written, and those that are needed.
#pragma once

#include <vector>

#include "scenarios/language/expression.h"
#include "scenarios/language/judged_under.h"
#include "scenarios/language/line_layout.h"
#include "scenarios/language/precedence.h"

namespace ipcsim::scenario {

// In parentheses when its outermost operator binds less tightly than `loosest`.
void add_expression(LineText& line, const Expression& expression,
                    Precedence loosest = Precedence::kOr);

void add_judged_under(LineText& line, JudgedUnder judged);  // ` by run`, or nothing
void add_range(LineText& line, const RangeBounds& bounds);
void add_list(LineText& line, const std::vector<ExpressionPtr>& expressions);  // with `, `
void add_arguments(LineText& line, const std::vector<ExpressionPtr>& arguments);
void add_parameter_names(LineText& line, const std::vector<Name>& names);
void add_qualified_name(LineText& line, const QualifiedName& name);

}  // namespace ipcsim::scenario
