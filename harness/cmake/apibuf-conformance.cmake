# Adds conformance tests to a project:
#
#   apibuf_add_conformance_test(NAME name TARGET library [FUNCTIONS function...] [PROFILE profile] [EXPECT file]
#     [SELECT glob...] [LAUNCHER command...] [TIMEOUT seconds])
#
# Each group of cases is a test of CTest, `name.allocate` for example, with the labels `apibuf` and `name`, so that
# `ctest -R` and `ctest -L` choose. With EXPECT or SELECT there is one test, `name`: expectations are about a whole run.
#
# TARGET: a shared library or module. FUNCTIONS: what it claims to have (default: all four). PROFILE, EXPECT, SELECT: as
# the options of `apibuf run`. LAUNCHER: a command, such as `LAUNCHER valgrind -q`; `${CMAKE_CROSSCOMPILING_EMULATOR}` may
# be empty. TIMEOUT: seconds for each test (default: 900).
#
# Results are in the binary folder: name/LIBRARY/PART/results.jsonl, and junit.xml beside it; with a generator for several
# configurations name/CONFIGURATION/LIBRARY/PART. A test fails as `apibuf run` does, which prints the case, what was
# expected, and the command that runs it again.

function(apibuf_add_conformance_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TARGET;PROFILE;EXPECT;TIMEOUT" "FUNCTIONS;SELECT;LAUNCHER")
  set(all_functions NetApiBufferAllocate NetApiBufferFree NetApiBufferReallocate NetApiBufferSize)
  _apibuf_check_arguments()
  if(NOT arg_FUNCTIONS)
    set(arg_FUNCTIONS ${all_functions})
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 900)
  endif()

  list(JOIN arg_FUNCTIONS "," functions)
  set(results "${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}")
  get_property(has_configurations GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(has_configurations)
    string(APPEND results "/$<CONFIG>")
  endif()
  set(command "${APIBUF_COMMAND}" run "$<TARGET_FILE:${arg_TARGET}>" --out "${results}" --functions "${functions}")
  if(arg_PROFILE)
    list(APPEND command --profile "${arg_PROFILE}")
  endif()
  if(arg_LAUNCHER)
    _apibuf_quote(launcher ${arg_LAUNCHER})
    list(APPEND command --launcher "${launcher}")
  endif()
  if(arg_EXPECT)
    cmake_path(ABSOLUTE_PATH arg_EXPECT)
    list(APPEND command --expect "${arg_EXPECT}")
  endif()

  if(arg_SELECT OR arg_EXPECT)
    list(TRANSFORM arg_SELECT PREPEND "--select;")
    _apibuf_add_test("${arg_NAME}" ${arg_SELECT})
    return()
  endif()
  # Cases about buffers that other functions return are few, and most libraries have none of these.
  _apibuf_add_test("${arg_NAME}.abi" --select "abi/*" --select "remote/*")
  foreach(function IN LISTS arg_FUNCTIONS)
    string(REPLACE NetApiBuffer "" group "${function}")
    string(TOLOWER "${group}" group)
    _apibuf_add_test("${arg_NAME}.${group}" --select "${group}/*")
  endforeach()
endfunction()

# The words as one command, quoted as a shell wants it.
function(_apibuf_quote result)
  set(quoted)
  foreach(word IN LISTS ARGN)
    if(NOT word MATCHES "^[A-Za-z0-9_@%+=:,./-]+$")
      string(REPLACE "'" "'\\''" word "${word}")
      set(word "'${word}'")
    endif()
    list(APPEND quoted "${word}")
  endforeach()
  list(JOIN quoted " " quoted)
  set(${result} "${quoted}" PARENT_SCOPE)
endfunction()

macro(_apibuf_check_arguments)
  foreach(name NAME TARGET)
    if(NOT arg_${name})
      message(FATAL_ERROR "apibuf_add_conformance_test needs ${name}")
    endif()
  endforeach()
  list(REMOVE_ITEM arg_KEYWORDS_MISSING_VALUES LAUNCHER)
  if(arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "apibuf_add_conformance_test has no value for ${arg_KEYWORDS_MISSING_VALUES}")
  endif()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "apibuf_add_conformance_test does not know ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT TARGET ${arg_TARGET})
    message(FATAL_ERROR "apibuf_add_conformance_test: there is no target ${arg_TARGET}; define it before")
  endif()
  get_target_property(type ${arg_TARGET} TYPE)
  if(NOT type MATCHES "^(SHARED|MODULE|UNKNOWN)_LIBRARY$")
    message(FATAL_ERROR "apibuf_add_conformance_test: ${arg_TARGET} is of the type ${type}, and the suite loads a library: "
      "name a SHARED or MODULE one, which may link with it")
  endif()
  foreach(function IN LISTS arg_FUNCTIONS)
    if(NOT function IN_LIST all_functions)
      message(FATAL_ERROR "apibuf_add_conformance_test: ${function} is none of ${all_functions}")
    endif()
  endforeach()
  if(NOT APIBUF_COMMAND)
    message(FATAL_ERROR "The command apibuf was not found: install the suite (pip install apibuf-VERSION-py3-none-any.whl), "
      "and put its folder on PATH or set APIBUF_COMMAND to it")
  endif()
endmacro()

macro(_apibuf_add_test test)
  add_test(NAME "${test}" COMMAND ${command} ${ARGN})
  set_tests_properties("${test}" PROPERTIES LABELS "apibuf;${arg_NAME}" TIMEOUT "${arg_TIMEOUT}")
endmacro()
