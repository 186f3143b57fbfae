// SPDX-License-Identifier: BSD-2-Clause
// Words: how any text becomes one field of a trace, without spaces. A text of letters, digits and
// . _ - / [ ] : + ? stands for itself; every other text, the empty one too, is quoted as quote() in
// sim/base/text.h does, spaces escaped. Each text has exactly one word.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ipcsim::trace {

bool is_bare_word(std::string_view text);

void append_word(std::string& out, std::string_view text);
std::string word_of(std::string_view text);

// The text that `word` stands for; nothing when it is not the word of any text.
std::optional<std::string> text_of(std::string_view word);

// A whole rest of a line may hold spaces: printable ASCII that neither begins with a quote nor
// begins or ends with a space stands for itself, every other text is quoted, spaces kept.
void append_free_text(std::string& out, std::string_view text);
std::optional<std::string> free_text_of(std::string_view written);

// The word that `text` begins with, up to the first character that cannot belong to it.
std::string_view leading_word(std::string_view text);

}  // namespace ipcsim::trace
