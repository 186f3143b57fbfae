// SPDX-License-Identifier: BSD-2-Clause
// Races of which it is known under which schedules they fail.
#pragma once

#include <string>

#include "tests/unit/sim/explore/scripted_program.h"

namespace ipcsim::explore {

// `a` looks at 10 and acts at 20; `b` breaks things at 30 and 70, and mends them at 50 and 90. It
// fails when `a` acts while they are broken: a#2 held for 11 to 30, or for 51 to 70 cycles.
class BrokenForAWhile final : public ScriptedProgram {
 public:
  BrokenForAWhile() {
    add(0, 10, [] {});
    add(0, 10, [this] {
      if (broken_) fail("acted while broken");
    });
    for (int time = 0; time < 4; ++time) {
      add(1, time == 0 ? 30 : 20, [this] { broken_ = !broken_; });
    }
  }

 private:
  void begin() override { broken_ = false; }

  bool broken_ = false;
};

// Each of the first agents has a value that the last one, `writers`, changes late; it fails when
// all of them look only after that. So each of them must be held.
class AllLate final : public ScriptedProgram {
 public:
  explicit AllLate(std::uint32_t readers) : readers_(readers) {
    for (std::uint32_t reader = 0; reader < readers; ++reader) {
      add(reader, 5, [] {});
      add(reader, 5 + reader, [this] { late_ += written_ ? 1U : 0U; });
      add(reader, 5, [] {});
    }
    for (int step = 0; step < 6; ++step) add(readers, 10, [] {});
    add(readers, 100, [this] { written_ = true; });
  }

 private:
  void begin() override {
    written_ = false;
    late_ = 0;
  }
  std::string judge() override { return late_ == readers_ ? "all late" : ""; }

  std::uint32_t readers_;
  bool written_ = false;
  std::uint32_t late_ = 0;
};

// Two holds together make it fail (`a` and `b` both behind c#1), and so does one alone: a#1 behind
// c#3. But a#1 behind c#2 keeps everything well, whatever else happens.
class TwoWays final : public ScriptedProgram {
 public:
  TwoWays() {
    add(0, 10, [this] { a_behind_ = written_; });
    add(1, 11, [this] { b_behind_ = written_; });
    for (int step = 1; step <= 3; ++step) add(2, 100, [this] { ++written_; });
  }

 private:
  void begin() override { written_ = a_behind_ = b_behind_ = 0; }
  std::string judge() override {
    return a_behind_ == 3 || (a_behind_ == 1 && b_behind_ > 0) ? "one of two ways" : "";
  }

  int written_ = 0;
  int a_behind_ = 0;
  int b_behind_ = 0;
};

// It fails when either of `a`, at 10, and `b`, at 50, comes behind c#1, at 100.
class EitherLate final : public ScriptedProgram {
 public:
  EitherLate() {
    add(0, 10, [this] { late_ |= written_; });
    add(1, 50, [this] { late_ |= written_; });
    add(2, 100, [this] { written_ = true; });
  }

 private:
  void begin() override { written_ = late_ = false; }
  std::string judge() override { return late_ ? "one is late" : ""; }

  bool written_ = false;
  bool late_ = false;
};

// It fails when something goes wrong in b#2 while `a` is held behind it; what goes wrong elsewhere
// does not matter.
class FaultAndHold final : public ScriptedProgram {
 public:
  FaultAndHold() {
    add(0, 10, [this] { hurt_ = false; });
    add(0, 10, [this] { seen_ = hurt_; });
    for (int step = 1; step <= 4; ++step) {
      add(1, 12, [this, step] {
        const bool wrong = injected();
        if (step == 2) hurt_ = wrong;
      });
    }
  }

 private:
  void begin() override { hurt_ = seen_ = false; }
  std::string judge() override { return seen_ ? "hurt and seen" : ""; }

  bool hurt_ = false;
  bool seen_ = false;
};

}  // namespace ipcsim::explore
