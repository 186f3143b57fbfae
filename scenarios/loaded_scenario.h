// SPDX-License-Identifier: BSD-2-Clause
// Scenario: what load() gives: the texts, what the checker made of them, and the compiled program.
// Immutable; runs share it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "scenarios/language/checked.h"
#include "scenarios/language/program.h"
#include "scenarios/language/source_file.h"

namespace ipcsim::scenario {

class Scenario {
 public:
  Scenario(std::shared_ptr<const SourceFiles> sources,
           std::unique_ptr<const CheckedScenario> checked, Program program);

  const SourceFiles& sources() const { return *sources_; }
  const CheckedScenario& checked() const { return *checked_; }
  const Program& program() const { return program_; }

  const std::string& name() const { return program_.files.front(); }  // "hello.scn"
  std::uint64_t digest() const { return digest_; }

 private:
  std::shared_ptr<const SourceFiles> sources_;
  std::unique_ptr<const CheckedScenario> checked_;
  Program program_;
  std::uint64_t digest_;
};

}  // namespace ipcsim::scenario
