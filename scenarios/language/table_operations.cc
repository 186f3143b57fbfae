// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/table_operations.h"

namespace ipcsim::scenario::operation {
namespace {

const Instruction* fail_key(Execution& run, const Instruction* at, const Value& key) {
  return fail(run, at, {.kind = FailureKind::kNoKey, .left = key});
}

}  // namespace

const Instruction* new_table(Execution& run, const Instruction* at) {
  run.r(at->a) = run.interpreter.heap().make_table();
  return run.interpreter.collect_if_worth_it(at) ? at + 1 : nullptr;
}

const Instruction* table_get(Execution& run, const Instruction* at) {
  const Value& table = run.r(at->b);
  const Value& key = run.r(at->c);
  if (!table.is_set() || !key.is_set()) {
    run.r(at->a) = Value();
    return at + 1;
  }
  if (!table.is(ValueKind::kTable)) return fail_kind(run, at, table, ValueKind::kTable);
  if (!Table::is_key(key)) return fail_key(run, at, key);
  const Value* const entry = table.table().find(key);
  if (entry == nullptr) return fail(run, at, {.kind = FailureKind::kNoEntry, .left = key});
  run.r(at->a) = *entry;
  return at + 1;
}

const Instruction* table_set(Execution& run, const Instruction* at) {
  const Value& table = run.r(at->a);
  const Value& key = run.r(at->b);
  const Value& value = run.r(at->c);
  if (!table.is(ValueKind::kTable)) return fail_kind(run, at, table, ValueKind::kTable);
  if (!Table::is_key(key)) return fail_key(run, at, key);
  if (value.is(ValueKind::kTable)) return fail(run, at, {.kind = FailureKind::kTableInTable});
  if (!run.interpreter.heap().put(table.table(), key, value)) {
    return fail(run, at, {.kind = FailureKind::kTableFull});
  }
  return run.interpreter.collect_if_worth_it(at) ? at + 1 : nullptr;
}

const Instruction* table_delete(Execution& run, const Instruction* at) {
  const Value& table = run.r(at->a);
  const Value& key = run.r(at->b);
  if (!table.is(ValueKind::kTable)) return fail_kind(run, at, table, ValueKind::kTable);
  if (!Table::is_key(key)) return fail_key(run, at, key);
  table.table().remove(key);
  return at + 1;
}

const Instruction* table_has(Execution& run, const Instruction* at) {
  const Value& key = run.r(at->b);
  const Value& table = run.r(at->c);
  if (!table.is_set() || !key.is_set()) {
    run.r(at->a) = Value();
    return at + 1;
  }
  if (!table.is(ValueKind::kTable)) return fail_kind(run, at, table, ValueKind::kTable);
  if (!Table::is_key(key)) return fail_key(run, at, key);
  run.r(at->a) = Value::boolean(table.table().find(key) != nullptr);
  return at + 1;
}

const Instruction* table_next(Execution& run, const Instruction* at) {
  const Value& table = run.r(at->b);
  if (!table.is(ValueKind::kTable)) return fail_kind(run, at, table, ValueKind::kTable);
  const Table::Entry* const next = table.table().after(run.r(at->a));
  if (next == nullptr) return skipped_jump(at);
  run.r(at->a) = next->key;
  return taken_jump(at);
}

}  // namespace ipcsim::scenario::operation
