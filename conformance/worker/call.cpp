#include "worker/call.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <iterator>
#include <string>

#include "call_path/record.hpp"
#include "worker/platform.hpp"

namespace conformance {
namespace {

constexpr Dword last_error_sentinel = 0x5EA15EA1;
constexpr std::uintptr_t direction_flag = 0x400;
constexpr std::uintptr_t mxcsr_control = 0xFFC0;           // the lower six bits are status, which a callee may change
constexpr std::uintptr_t x87_control = 0xFFFF;             // what fnstcw stores
constexpr std::uint32_t all_x87_registers_empty = 0xFFFF;  // two tag bits for each

std::atomic<const char*> current_function = "";
thread_local bool is_after_running_out = false;

std::string hexadecimal(std::uintptr_t value) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string text;
  do {
    text.insert(text.begin(), digits[value % 16]);
    value /= 16;
  } while (value != 0);
  return "0x" + text;
}

void check_convention(CaseRun& run, const CallRecord& record, const char* function_name) {
  const auto breach = [&](const std::string& what, const std::string& expected, const std::string& actual) {
    run.breach(Guard::calling_convention, what + " after " + function_name, expected, actual);
  };
  run.count(Guard::calling_convention);
  if (record.stack_after != record.stack_before) {
    const auto bytes = static_cast<std::intptr_t>(record.stack_after - record.stack_before);
    breach("stack pointer", "balanced", "off by " + std::to_string(bytes) + " bytes");
  }
  for (std::size_t i = 0; i < callee_saved_count; ++i) {
    const std::uintptr_t expected = i == 0 ? record.frame : register_sentinel + i;
    if (record.registers_after[i] != expected) breach(callee_saved_names[i], "as before the call", "changed");
  }
  for (std::size_t i = 0; i < callee_saved_vector_count; ++i) {
    const auto& halves = record.vectors_after[i];
    const std::uint64_t expected = vector_sentinel + i;
    if (halves[0] == expected && halves[1] == expected) continue;
    breach("xmm" + std::to_string(i + 6), "as before the call", "changed");
  }
  if ((record.flags_after & direction_flag) != 0) breach("direction flag", "clear", "set");
  const std::uintptr_t mxcsr_before = record.mxcsr_before & mxcsr_control;
  const std::uintptr_t mxcsr_after = record.mxcsr_after & mxcsr_control;
  if (mxcsr_after != mxcsr_before) {
    breach("MXCSR control bits", hexadecimal(mxcsr_before), hexadecimal(mxcsr_after));
  }
  const std::uintptr_t x87_before = record.x87_before & x87_control;
  const std::uintptr_t x87_after = record.x87_after & x87_control;
  if (x87_after != x87_before) {
    breach("x87 control word", hexadecimal(x87_before), hexadecimal(x87_after));
  }
  const bool was_x87_asked = record.x87_environment_after[0] != 0;
  const std::uint32_t x87_tags = record.x87_environment_after[2] & all_x87_registers_empty;
  if (was_x87_asked && x87_tags != all_x87_registers_empty) {
    breach("x87 stack", "empty, and not in use for MMX", "tags " + hexadecimal(x87_tags));
  }
}

}  // namespace

CallResult call(CaseRun& run, void* address, const char* function_name, std::span<const std::uintptr_t> arguments) {
  CallRecord record;  // clearing all of it would take longer than most calls
  record.function = reinterpret_cast<std::uintptr_t>(address);
  record.argument_count = 0;
  std::fill(std::begin(record.arguments), std::end(record.arguments), 0);
  record.x87_environment_after[0] = 0;
  for (const std::uintptr_t value : arguments) record.arguments[record.argument_count++] = value;

  current_function.store(function_name, std::memory_order_relaxed);
  const Dword last_error_before = is_after_running_out ? not_enough_memory : last_error_sentinel;
  errno = is_after_running_out ? ENOMEM : 0;
  platform::set_last_error(last_error_before);  // after errno, whose access may change it
  conformance_call(&record);
  const Dword last_error = platform::last_error();
  current_function.store("", std::memory_order_relaxed);

  run.still_running();
  check_convention(run, record, function_name);
  return {static_cast<Status>(record.result), !platform::has_last_error || last_error == last_error_before, last_error};
}

const char* call_if_there(CaseRun& run, void* address, const char* function_name,
                          std::span<const std::uintptr_t> arguments, CallResult& result) {
  const char* const absence = platform::absence_of([&] { result = call(run, address, function_name, arguments); });
  if (absence != nullptr) current_function.store("", std::memory_order_relaxed);
  return absence;
}

AfterRunningOut::AfterRunningOut() noexcept { is_after_running_out = true; }
AfterRunningOut::~AfterRunningOut() { is_after_running_out = false; }

const char* function_in_call() noexcept { return current_function.load(std::memory_order_relaxed); }

}  // namespace conformance
