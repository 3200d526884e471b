#include "worker/call.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string>

#include "call_path/record.hpp"
#include "worker/buffers.hpp"
#include "worker/case_thread.hpp"
#include "worker/platform.hpp"

namespace conformance {
namespace {

void check_convention(CaseRun& run, const CallRecord& record, const char* function_name) {
  run.count(Guard::calling_convention);
  for (const Breach& breach : breaches_of(record)) {
    run.breach(Guard::calling_convention, breach.what + " after " + function_name, breach.expected, breach.actual);
  }
}

}  // namespace

CallResult call(CaseRun& run, void* address, const char* function_name, std::span<const std::uintptr_t> arguments) {
  CallRecord record;  // clearing all of it would take longer than most calls
  record.function = reinterpret_cast<std::uintptr_t>(address);
  record.argument_count = 0;
  std::fill(std::begin(record.arguments), std::end(record.arguments), 0);
  for (const std::uintptr_t value : arguments) record.arguments[record.argument_count++] = value;

  const buffers::Account account(function_name, arguments);
  CaseThread& thread = CaseThread::current();
  thread.begins(function_name, account);
  const bool is_after_running_out = thread.is_after_running_out();
  const Dword last_error_before = is_after_running_out ? not_enough_memory : last_error_sentinel;
  errno = is_after_running_out ? ENOMEM : 0;
  platform::set_last_error(last_error_before);  // after errno, whose access may change it
  conformance_call(&record);
  const Dword last_error = platform::last_error();
  thread.returned();
  const auto status = static_cast<Status>(record.result);
  account.returned(status);

  run.still_running();
  check_convention(run, record, function_name);
  return {status, last_error, !platform::has_last_error || last_error == last_error_before};
}

const char* call_if_there(CaseRun& run, void* address, const char* function_name,
                          std::span<const std::uintptr_t> arguments, CallResult& result) {
  const char* const absence = platform::absence_of([&] { result = call(run, address, function_name, arguments); });
  if (absence != nullptr) CaseThread::current().returned();
  return absence;
}

AfterRunningOut::AfterRunningOut() noexcept { CaseThread::current().set_after_running_out(true); }
AfterRunningOut::~AfterRunningOut() { CaseThread::current().set_after_running_out(false); }

}  // namespace conformance
