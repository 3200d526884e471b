#include <iterator>

#include "call_path/checks.hpp"

namespace conformance {
namespace {

static_assert(offsetof(Reserved, registers_after) == 2 * sizeof(std::uintptr_t));
static_assert(offsetof(Reserved, vectors_after) == 13 * sizeof(std::uintptr_t));

constexpr const char* register_names[] = {"x29", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28"};

// What the lower half of each vector register is loaded with: this + the register's index. It stands in call.S as well.
constexpr std::uint64_t vector_sentinel = 0x7EC707EC707EC700ULL;

// AAPCS64 gives these bits of FPCR to the whole program: exception control (8 to 12), rounding (22 and 23) and flush to
// zero (24). Whether the others come back it leaves open, and FPSR holds status only, which a callee may change.
constexpr std::uintptr_t fpcr_control = 0x01C01F00;

void check_vectors(const Reserved& reserved, std::vector<Breach>& breaches) {
  for (std::size_t i = 0; i < std::size(reserved.vectors_after); ++i) {
    if (reserved.vectors_after[i] == vector_sentinel + i) continue;
    breaches.push_back({"d" + std::to_string(i + 8), "as before the call", "changed"});
  }
}

void check_fpcr(const Reserved& reserved, std::vector<Breach>& breaches) {
  const std::uintptr_t before = reserved.fpcr_before & fpcr_control;
  const std::uintptr_t after = reserved.fpcr_after & fpcr_control;
  if (after != before) breaches.push_back({"FPCR control bits", hexadecimal(before), hexadecimal(after)});
}

}  // namespace

std::vector<Breach> breaches_of(const CallRecord& record) {
  std::vector<Breach> breaches;
  check_stack_pointer(record, breaches);
  check_registers(record, register_names, record.reserved.registers_after, breaches);
  check_vectors(record.reserved, breaches);
  check_fpcr(record.reserved, breaches);
  return breaches;
}

}  // namespace conformance
