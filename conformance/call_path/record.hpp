// One call of an implementation, as the assembler sees it, and what came back otherwise than the platform's convention
// wants it.
//
// A folder <architecture>_<system> owns one convention: `reserved.hpp` (what the convention reserves), `call.S` (the call)
// and `check.cpp` (the comparison). The build takes the folder of the platform that it builds for; nothing else knows the
// registers of a platform.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "reserved.hpp"  // of the platform's folder

namespace conformance {

struct CallRecord {
  std::uintptr_t function;
  std::uintptr_t argument_count;
  std::uintptr_t arguments[9];  // all of them are passed, 0 where there are fewer
  std::uintptr_t result;
  std::uintptr_t frame;  // the frame pointer during the call; also what the frame-pointer register must hold after it
  std::uintptr_t stack_before;  // where the stack pointer has to be after the call
  std::uintptr_t stack_after;
  Reserved reserved;
};

// The offsets are written in the call.S files.
static_assert(offsetof(CallRecord, reserved) == 15 * sizeof(std::uintptr_t));

// Calls record.function, passing all of its arguments, and fills everything from `result` on. It survives a stack pointer
// that comes back wrong, as long as the frame pointer comes back right, and the other way round.
extern "C" void conformance_call(CallRecord* record) noexcept;

// Something that the convention reserves and that did not come back as it has to.
struct Breach {
  std::string what;
  std::string expected;
  std::string actual;
};

// All breaches of a call that conformance_call has made.
std::vector<Breach> breaches_of(const CallRecord& record);

}  // namespace conformance
