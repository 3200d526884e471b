// The RPC run-time reports the failures of a call by structured exceptions, which GCC cannot catch. One file in assembler
// and one in C++ for each architecture.
#pragma once

#include <cstdint>

namespace apibuf::remote {

// Only the run-time's own exceptions, whose codes are plain statuses: what else is raised has the bits for its severity
// and its origin in the upper half, and goes on to whom it may concern.
constexpr bool is_rpc_exception(std::uint32_t code) { return code <= 0xFFFF; }

}  // namespace apibuf::remote

// Calls the function, and returns 0 or the status that the run-time raised in it. What then lies between the two on the
// stack is left as a structured exception leaves it: destructors there do not run.
extern "C" std::uint32_t apibuf_call_and_catch(void (*function)(void*), void* argument);
