# The library exports exactly these names, undecorated (abi/exports).
cmake_minimum_required(VERSION 3.25)

set(expected MIDL_user_allocate MIDL_user_free NetApiBufferAllocate NetApiBufferFree NetApiBufferReallocate
  NetApiBufferSize NetUserEnum NetUserGetInfo NetapipBufferAllocate)

if(LIBRARY MATCHES "\\.dll$")
  execute_process(COMMAND "${OBJDUMP}" -p "${LIBRARY}" OUTPUT_VARIABLE listing COMMAND_ERROR_IS_FATAL ANY)
  # The name table is the last of the export tables and ends at an empty line; newer versions put more before the name.
  string(REGEX REPLACE ".*\\[Ordinal/Name Pointer\\] Table[^\n]*\n" "" listing "${listing}")
  string(REGEX REPLACE "\n\n.*" "" listing "${listing}")
else()
  execute_process(COMMAND "${NM}" -D --defined-only "${LIBRARY}" OUTPUT_VARIABLE listing COMMAND_ERROR_IS_FATAL ANY)
endif()

# In both listings the name is the last word of its line.
string(REGEX MATCHALL "[^ \n]+\n" exported "${listing}\n")
list(TRANSFORM exported STRIP)
list(SORT exported COMPARE STRING)

if(NOT "${exported}" STREQUAL "${expected}")
  message(FATAL_ERROR "${LIBRARY}\n  expected: ${expected}\n  actual:   ${exported}")
endif()
