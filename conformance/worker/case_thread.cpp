#include "worker/case_thread.hpp"

#include "worker/function.hpp"
#include "worker/platform.hpp"

namespace conformance {
namespace {

CaseThread of_no_case;

}  // namespace

CaseThread& CaseThread::current() noexcept {
  auto* const noted = static_cast<CaseThread*>(platform::thread_pointer());
  return noted != nullptr ? *noted : of_no_case;
}

void CaseThread::begins(const char* function, const buffers::Account& account) noexcept {
  given_.store(account.given(), std::memory_order_relaxed);
  given_bytes_.store(account.given_bytes().value_or(0), std::memory_order_relaxed);
  has_given_bytes_.store(account.given_bytes().has_value(), std::memory_order_relaxed);
  bytes_.store(account.bytes(), std::memory_order_relaxed);
  add_one(calls_);
  begins(function);
}

std::string CaseThread::call_text() const {
  const std::string name = function();
  const std::string bytes = std::to_string(bytes_.load(std::memory_order_relaxed));
  if (name == name_of(Function::allocate)) return name + " of " + bytes + " bytes";
  const std::string call = buffers::call_text(name, given(), given_bytes());
  if (name == name_of(Function::reallocate)) return call + " to " + bytes;
  return name == name_of(Function::free) || name == name_of(Function::size) ? call : name;
}

CurrentCaseThread::CurrentCaseThread(CaseThread& thread) noexcept { platform::set_thread_pointer(&thread); }
CurrentCaseThread::~CurrentCaseThread() { platform::set_thread_pointer(nullptr); }

}  // namespace conformance
