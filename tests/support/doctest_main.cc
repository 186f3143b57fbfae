// SPDX-License-Identifier: BSD-2-Clause
// The main function of every unit test.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
