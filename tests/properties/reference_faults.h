// SPDX-License-Identifier: BSD-2-Clause
// ReferenceFaults: the page faults that wait for the memory daemon, as one list in the order in
// which they were made. Ends, threads and tasks are numbers of the reference kernel.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace ipcsim::test {

class ReferenceFaults {
 public:
  static constexpr int kNobody = -1;

  enum class State { kQueued, kTaken, kAbandoned };  // abandoned: whoever had it has ended

  struct Fault {
    std::uint64_t number = 0;  // from 1
    State state = State::kQueued;
    unsigned task = 0;
    unsigned thread = 0;  // that came first
    std::uint64_t address = 0;
    std::uint64_t page = 0;
    std::uint64_t access = 0;
    std::uint64_t code = 0;
    std::vector<unsigned> waiters;  // in the order in which they came
  };

  // The end of the memory daemon.
  int socket() const { return socket_; }
  // True when there is something to take.
  bool open(int end);
  // The daemon ends. With `keeps_queued` what nobody has taken waits for the next one. Gives the
  // tasks whose faults nobody will answer.
  std::set<unsigned> close(bool keeps_queued);

  // The thread of `fault` waits; false: it joins a fault of the same page.
  bool add(const Fault& fault);
  // The fault that a thread waits for, or null.
  const Fault* of(unsigned thread) const;
  const Fault* on_page(unsigned task, std::uint64_t page) const;
  std::size_t queued_of(unsigned task) const;

  const Fault* oldest() const;
  void take(std::uint64_t number);
  // No number behind this one has been given out.
  std::uint64_t last_given() const { return last_given_; }
  // Null: nobody waits for its answer any more.
  const Fault* taken(std::uint64_t number) const;
  // It is answered.
  void remove(std::uint64_t number);
  // The thread waits no more.
  void withdraw(unsigned thread);

 private:
  int socket_ = kNobody;
  std::vector<Fault> faults_;
  std::uint64_t last_number_ = 0;
  std::uint64_t last_given_ = 0;
};

// What a fault tells besides its number, as one text.
std::string text_of_fault(std::uint64_t task, std::uint64_t thread, std::uint64_t address,
                          std::uint64_t page, std::uint64_t access, std::uint64_t code);

}  // namespace ipcsim::test
