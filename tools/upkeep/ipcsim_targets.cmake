# SPDX-License-Identifier: BSD-2-Clause
# How the targets of this project are made: one static library per folder, the program, the tests.
# Every function takes
#   SOURCES files of the folder
#   LINKS   targets of this project, all of them from folders above (PUBLIC)
#   DOORS   third-party targets (PRIVATE); tools/upkeep/check_layers.py knows who may use which

include_guard()

# Flags that all code is built with. One interface target, so that they are stated once.
add_library(ipcsim_build_flags INTERFACE)
target_compile_features(ipcsim_build_flags INTERFACE cxx_std_20)
target_compile_options(
  ipcsim_build_flags
  INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
            # Messages and debug information name files as the source tree does, wherever it lies.
            -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(IPCSIM_SANITIZERS)
  target_compile_options(ipcsim_build_flags INTERFACE -fsanitize=${IPCSIM_SANITIZERS}
                                                      -fno-sanitize-recover=all
                                                      -fno-omit-frame-pointer)
  target_link_options(ipcsim_build_flags INTERFACE -fsanitize=${IPCSIM_SANITIZERS})
endif()
if(IPCSIM_COVERAGE)
  target_compile_options(ipcsim_build_flags INTERFACE --coverage)
  target_link_options(ipcsim_build_flags INTERFACE --coverage)
endif()
if(IPCSIM_FUZZ)
  target_compile_options(ipcsim_build_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(ipcsim_ccache ccache)
  mark_as_advanced(ipcsim_ccache)
  if(ipcsim_ccache)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${ipcsim_ccache}")
  endif()
endif()

# Everything the targets have in common; the caller's parsed arguments are in ARG_*.
macro(ipcsim_finish_target name)
  if(ARG_UNPARSED_ARGUMENTS OR ARG_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "${name}: not understood: ${ARG_UNPARSED_ARGUMENTS} "
                        "${ARG_KEYWORDS_MISSING_VALUES}")
  endif()
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ipcsim_build_flags ${ARG_DOORS})
endmacro()

# ipcsim_library(name SOURCES a.cc b.cc [LINKS ...] [DOORS ...])
function(ipcsim_library name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LINKS;DOORS")
  add_library(${name} STATIC ${ARG_SOURCES})
  ipcsim_finish_target(${name})
  target_link_libraries(${name} PUBLIC ${ARG_LINKS})
endfunction()

# ipcsim_program(name SOURCES main.cc [LINKS ...] [DOORS ...])
function(ipcsim_program name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LINKS;DOORS")
  add_executable(${name} ${ARG_SOURCES})
  ipcsim_finish_target(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS})
endfunction()

# What a test in the folder being configured is labelled: tests/unit/sim/base -> unit.
function(ipcsim_label_of_folder out)
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/tests
             OUTPUT_VARIABLE below_tests)
  string(REGEX REPLACE "/.*" "" label "${below_tests}")
  set(${out} ${label} PARENT_SCOPE)
endfunction()

# Registers a command as a test that runs in the project's root folder.
# ipcsim_command_test(name COMMAND ... [LABEL label] [TIMEOUT seconds] [ENVIRONMENT A=b ...])
function(ipcsim_command_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "TIMEOUT;LABEL" "COMMAND;ENVIRONMENT")
  if(NOT ARG_LABEL)
    ipcsim_label_of_folder(ARG_LABEL)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(IPCSIM_SANITIZERS)
    list(APPEND ARG_ENVIRONMENT ASAN_OPTIONS=detect_stack_use_after_return=1
         UBSAN_OPTIONS=print_stacktrace=1)
  endif()
  add_test(NAME ${name} COMMAND ${ARG_COMMAND} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT}
                                          ENVIRONMENT "${ARG_ENVIRONMENT}")
endfunction()

# A doctest program, registered under its name; the label is the folder below tests/.
# A SLOW one is started before the others, so that it does not run alone in the end.
# ipcsim_test(name SOURCES x_test.cc [LINKS ...] [DOORS ...] [TIMEOUT seconds]
#             [ENVIRONMENT A=b ...] [SLOW])
function(ipcsim_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "SLOW" "TIMEOUT" "SOURCES;LINKS;DOORS;ENVIRONMENT")
  add_executable(${name} ${ARG_SOURCES})
  # Nothing else is made of a test's sources: they need not stand alone.
  set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 16)
  ipcsim_finish_target(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} tests_support doctest::doctest)
  ipcsim_command_test(${name} COMMAND ${name} TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT ${ARG_ENVIRONMENT})
  if(ARG_SLOW)
    set_tests_properties(${name} PROPERTIES COST 1000)
  endif()
  ipcsim_label_of_folder(label)
  if(label STREQUAL unit)
    add_dependencies(ipcsim_unit_tests ${name})
  else()
    add_dependencies(ipcsim_system_tests ${name})
  endif()
endfunction()

# All of a kind at once; for the commands in tools/.
add_custom_target(ipcsim_unit_tests)
add_custom_target(ipcsim_system_tests)
add_custom_target(ipcsim_fuzzers)
add_custom_target(ipcsim_benchmarks)

# A libFuzzer program, labelled `fuzzer`; without IPCSIM_FUZZ there is none. The test runs it for
# SECONDS with a fixed seed, starting from the files in the folder CORPUS; what it learns stays in
# the build folder.
# ipcsim_fuzzer(name SOURCES x_fuzzer.cc LINKS ... CORPUS folder SECONDS n)
function(ipcsim_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "CORPUS;SECONDS" "SOURCES;LINKS;DOORS")
  if(NOT IPCSIM_FUZZ)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  ipcsim_finish_target(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  add_dependencies(ipcsim_fuzzers ${name})
  set(learnt ${CMAKE_CURRENT_BINARY_DIR}/${name}_corpus)
  file(MAKE_DIRECTORY ${learnt})
  math(EXPR timeout "${ARG_SECONDS} + 60")
  ipcsim_command_test(
    ${name}
    COMMAND ${name} -seed=1 -max_total_time=${ARG_SECONDS} -timeout=10 -rss_limit_mb=2048
            -print_final_stats=1 -artifact_prefix=${CMAKE_CURRENT_BINARY_DIR}/ ${learnt}
            ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_CORPUS}
    LABEL fuzzer
    TIMEOUT ${timeout})
endfunction()

# A Google Benchmark program; without that library there is none. Benchmarks are no tests.
# ipcsim_benchmark(name SOURCES x_bench.cc [LINKS ...] [DOORS ...])
function(ipcsim_benchmark name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LINKS;DOORS")
  if(NOT benchmark_FOUND)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  ipcsim_finish_target(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} benchmark::benchmark)
  add_dependencies(ipcsim_benchmarks ${name})
endfunction()

# Gives `target` the header tools/cli/version.h; the number stands in project() alone.
function(ipcsim_version_header target)
  set(generated ${PROJECT_BINARY_DIR}/generated)
  configure_file(${PROJECT_SOURCE_DIR}/tools/cli/version.h.in ${generated}/tools/cli/version.h
                 @ONLY)
  target_include_directories(${target} PUBLIC ${generated})
endfunction()

# Compiles every cost_models/*.cost of the folder being configured into `target`, which then
# defines what kernel_model/machine/shipped_cost_models.h declares.
function(ipcsim_embed_cost_models target)
  set(folder ${CMAKE_CURRENT_SOURCE_DIR}/cost_models)
  file(GLOB models ${folder}/*.cost)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder})
  set(script ${PROJECT_SOURCE_DIR}/tools/upkeep/embed_cost_models.cmake)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/shipped_cost_models.cc)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DMODELS=${models}" -DOUTPUT=${output} -P ${script}
    DEPENDS ${models} ${script}
    COMMENT "Embedding the cost models"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
