// SPDX-License-Identifier: BSD-2-Clause
// Arguments: what was given to one verb on the command line. Options and operands come in any
// order, `--` ends the options, and every option must be written in full. What the arguments mean
// is for the verbs to say.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/option_table.h"
#include "tools/cli/usage_error.h"

namespace ipcsim::cli {

class Arguments {
 public:
  // The option's name without dashes.
  bool has(std::string_view option) const { return !values(option).empty(); }
  const std::string* value(std::string_view option) const;             // null when it was not given
  std::span<const std::string> values(std::string_view option) const;  // in the order given

  const std::vector<std::string>& operands() const { return operands_; }

 private:
  friend Usage<Arguments> parse_arguments(const Verb& verb, std::span<const std::string> words);

  std::map<std::string, std::vector<std::string>, std::less<>> options_;  // a switch has one ""
  std::vector<std::string> operands_;
};

// `words` are what stood behind the verb.
Usage<Arguments> parse_arguments(const Verb& verb, std::span<const std::string> words);

// Help is asked for, whatever else there is in front of a `--`.
bool asks_for_help(std::span<const std::string> words);

// The verb of that name; the error suggests one.
Usage<const Verb*> verb_named(std::string_view word);

}  // namespace ipcsim::cli
