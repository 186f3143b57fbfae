// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/watched_variables.h"

#include "scenarios/language/tree_walk.h"

namespace ipcsim::scenario {
namespace {

class Watch final : public TreeVisitor {
 public:
  explicit Watch(const CheckedScenario& scenario) : scenario_(scenario) {
    for (const CheckedBody& body : scenario.bodies) {
      watched_.emplace_back(body.variables.size(), false);
    }
  }

  void look_into(const Resolutions& resolutions) { resolutions_ = &resolutions; }

  void expression(const Expression& expression) override {
    const auto* const term = resolutions_->find_as<Term>(expression);
    if (term == nullptr) return;
    const bool names_variable = term->kind == TermKind::kVariable ||
                                term->kind == TermKind::kSignaled ||
                                term->kind == TermKind::kClosed;
    if (names_variable) watch(*term);
  }

  std::vector<std::vector<bool>> take() { return std::move(watched_); }

 private:
  // The replicas of a task may have bodies of their own.
  void watch(const Term& term) {
    const TaskGroup& group = scenario_.groups[term.group.value()];
    for (std::uint32_t task = group.first_task; task < group.first_task + group.count; ++task) {
      const BodyIndex body = scenario_.tasks[task].families[term.family].body;
      watched_[body.value()][term.slot] = true;
    }
  }

  const CheckedScenario& scenario_;
  const Resolutions* resolutions_ = nullptr;
  std::vector<std::vector<bool>> watched_;
};

// Passes on the conditions of `await` alone.
class AwaitFinder final : public TreeVisitor {
 public:
  explicit AwaitFinder(Watch& watch) : watch_(watch) {}

  void statement(const Statement& statement) override {
    if (const auto* await = statement.as<AwaitStatement>()) walk(*await->condition, watch_);
  }

 private:
  Watch& watch_;
};

}  // namespace

std::vector<std::vector<bool>> watched_variables(const CheckedScenario& scenario) {
  Watch watch(scenario);
  AwaitFinder awaits(watch);
  for (const CheckedBody& body : scenario.bodies) {
    watch.look_into(body.resolutions);
    walk(*body.block, awaits);
  }
  watch.look_into(scenario.expectations.resolutions);
  for (const CheckedRunExpectation& expectation : scenario.expectations.run) {
    walk(*expectation.condition, watch);
  }
  for (const CheckedDevice& device : scenario.machine.devices) {
    if (device.after != nullptr) walk(*device.after, watch);
  }
  return watch.take();
}

}  // namespace ipcsim::scenario
