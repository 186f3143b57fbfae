// SPDX-License-Identifier: BSD-2-Clause
#include "tests/properties/reference_faults.h"

#include <algorithm>

namespace ipcsim::test {
namespace {

// The first that is so, or null.
template <class Predicate>
const ReferenceFaults::Fault* first_of(const std::vector<ReferenceFaults::Fault>& faults,
                                       Predicate predicate) {
  const auto found = std::find_if(faults.begin(), faults.end(), predicate);
  return found == faults.end() ? nullptr : &*found;
}

}  // namespace

bool ReferenceFaults::open(int end) {
  socket_ = end;
  return oldest() != nullptr;
}

std::set<unsigned> ReferenceFaults::close(bool keeps_queued) {
  socket_ = kNobody;
  std::set<unsigned> tasks;
  for (Fault& fault : faults_) {
    if (fault.state == State::kQueued && keeps_queued) continue;
    fault.state = State::kAbandoned;
    tasks.insert(fault.task);
  }
  return tasks;
}

bool ReferenceFaults::add(const Fault& fault) {
  for (Fault& other : faults_) {
    const bool same = other.task == fault.task && other.page == fault.page;
    if (!same || other.state == State::kAbandoned) continue;
    other.waiters.push_back(fault.thread);
    return false;
  }
  faults_.push_back(fault);
  faults_.back().number = ++last_number_;
  faults_.back().waiters = {fault.thread};
  return true;
}

const ReferenceFaults::Fault* ReferenceFaults::of(unsigned thread) const {
  return first_of(faults_, [thread](const Fault& fault) {
    return std::find(fault.waiters.begin(), fault.waiters.end(), thread) != fault.waiters.end();
  });
}

const ReferenceFaults::Fault* ReferenceFaults::on_page(unsigned task, std::uint64_t page) const {
  return first_of(faults_, [task, page](const Fault& fault) {
    return fault.task == task && fault.page == page && fault.state != State::kAbandoned;
  });
}

std::size_t ReferenceFaults::queued_of(unsigned task) const {
  return static_cast<std::size_t>(std::count_if(
      faults_.begin(), faults_.end(),
      [task](const Fault& fault) { return fault.task == task && fault.state == State::kQueued; }));
}

const ReferenceFaults::Fault* ReferenceFaults::oldest() const {
  return first_of(faults_, [](const Fault& fault) { return fault.state == State::kQueued; });
}

void ReferenceFaults::take(std::uint64_t number) {
  for (Fault& fault : faults_) {
    if (fault.number == number) fault.state = State::kTaken;
  }
  last_given_ = number;
}

const ReferenceFaults::Fault* ReferenceFaults::taken(std::uint64_t number) const {
  return first_of(faults_, [number](const Fault& fault) {
    return fault.number == number && fault.state == State::kTaken;
  });
}

void ReferenceFaults::remove(std::uint64_t number) {
  std::erase_if(faults_, [number](const Fault& fault) { return fault.number == number; });
}

void ReferenceFaults::withdraw(unsigned thread) {
  for (Fault& fault : faults_) std::erase(fault.waiters, thread);
  std::erase_if(faults_, [](const Fault& fault) { return fault.waiters.empty(); });
}

std::string text_of_fault(std::uint64_t task, std::uint64_t thread, std::uint64_t address,
                          std::uint64_t page, std::uint64_t access, std::uint64_t code) {
  std::string text;
  for (const std::uint64_t part : {task, thread, address, page, access, code}) {
    text += std::to_string(part) + " ";
  }
  return text;
}

}  // namespace ipcsim::test
