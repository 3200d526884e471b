// One call of an implementation, as the assembler sees it: what goes in, and every register and flag that the platform's
// convention reserves as it came back. The offsets are known to the three call_*.S files beside this one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace conformance {

struct CallRecord {
  std::uintptr_t function;
  std::uintptr_t argument_count;
  std::uintptr_t arguments[9];
  std::uintptr_t result;
  std::uintptr_t frame;  // the frame pointer during the call; also what the frame-pointer register must hold after it
  std::uintptr_t stack_before;  // where the stack pointer has to be after the call
  std::uintptr_t stack_after;
  std::uintptr_t flags_after;
  std::uintptr_t mxcsr_before;
  std::uintptr_t mxcsr_after;
  std::uintptr_t x87_before;
  std::uintptr_t x87_after;
  std::uintptr_t registers_after[8];   // in the order of callee_saved_names
  std::uint64_t vectors_after[10][2];  // xmm6 to xmm15; Windows on x86_64 alone reserves them
  // As fnstenv stores it, its third word being the tags of the x87 stack; all 0 where the stack was found empty. System V
  // wants it empty, and the unit not in use for MMX; Microsoft has no convention for it, so nothing is looked at there.
  std::uint32_t x87_environment_after[7];
};

static_assert(offsetof(CallRecord, registers_after) == 20 * sizeof(std::uintptr_t));
static_assert(offsetof(CallRecord, vectors_after) == 28 * sizeof(std::uintptr_t));
static_assert(offsetof(CallRecord, x87_environment_after) == 28 * sizeof(std::uintptr_t) + 160);

// What the general-purpose registers are loaded with before the call: SENTINEL + the register's index. The same constant
// stands in the call_*.S files.
inline constexpr std::uintptr_t register_sentinel = static_cast<std::uintptr_t>(0x5EA15EA15EA15E00ULL);

// What both halves of each reserved vector register are loaded with: this + the register's index.
inline constexpr std::uint64_t vector_sentinel = 0x7EC707EC707EC700ULL;

// The registers that a function of this platform gives back as they were, in the order of registers_after; the first one
// is the frame pointer, which holds `frame` instead of a sentinel.
extern const char* const callee_saved_names[8];
extern const std::size_t callee_saved_count;
extern const std::size_t callee_saved_vector_count;

// Calls record.function, passing all of its arguments, and fills everything from `result` on: the lower 32 bits of mxcsr,
// the lower 16 of x87, as many registers as are counted above, and the environment only where the x87 stack is not empty.
// It survives a stack pointer that comes back wrong, as long as the frame pointer comes back right, and the other way
// round.
extern "C" void conformance_call(CallRecord* record) noexcept;

}  // namespace conformance
