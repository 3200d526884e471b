// The functions as a property calls them: the checked call path, and the checks that nearly every property makes.
#pragma once

#include <initializer_list>
#include <string>

#include "worker/case_run.hpp"
#include "worker/implementation.hpp"

namespace conformance {

struct PointerResult {
  Status status;
  unsigned char* buffer;  // nullptr unless `stored`
  bool stored;            // something was stored in the out-parameter
};

struct SizeResult {
  Status status;
  Dword bytes;
};

class Api {
 public:
  Api(CaseRun& run, Subject& subject) : run_(run), subject_(subject) {}

  CaseRun& run() { return run_; }
  const Implementation& library() const { return subject_.library; }

  // ---- the four functions, once, whatever comes back; only the ABI is judged ----

  PointerResult allocate(Dword bytes);
  Status free(const void* buffer);
  // `aliased`: NewBuffer is the address of the variable that holds OldBuffer; `buffer` is then what it holds afterwards.
  PointerResult reallocate(const void* buffer, Dword bytes, bool aliased = true);
  // The same into a variable that holds something else before the call, which is nobody's business.
  PointerResult allocate_into(const void* held, Dword bytes);
  PointerResult reallocate_into(const void* held, const void* buffer, Dword bytes);
  SizeResult size(const void* buffer);
  SizeResult size_into(Dword held, const void* buffer);
  // With NULL for Buffer.
  Status allocate_to_null(Dword bytes);
  // The same with a variable that lies where the caller wants it, as large as the function's type for it.
  PointerResult allocate_at(void* variable, Dword bytes);
  PointerResult reallocate_at(void* variable, const void* buffer, Dword bytes);
  SizeResult size_at(void* variable, const void* buffer);

  // ---- the same, where success is what the property builds on: anything else is a failure of it ----

  unsigned char* must_allocate(Dword bytes);
  void must_free(const void* buffer);
  unsigned char* must_reallocate(const void* buffer, Dword bytes);
  Dword must_size(const void* buffer);

  // ---- what many properties judge ----

  // That the call succeeded and stored a buffer.
  void expect_buffer(const char* requirement, const PointerResult& result);
  // That Size succeeds, with no less than what was asked for; `what` says which buffer's size it is.
  void expect_size(const char* requirement, const char* what, const void* buffer, Dword requested);

 private:
  // The buffer of a call that had to succeed.
  unsigned char* buffer_of(const PointerResult& result, const char* function_name, Dword bytes);
  CallResult call(Function function, std::initializer_list<std::uintptr_t> arguments);
  void guard_pointer(const OutPointer& out, const char* neighbours);
  PointerResult allocate(OutPointer out, Dword bytes);
  PointerResult reallocate(OutPointer out, const void* buffer, Dword bytes);
  SizeResult size(OutDword out, const void* buffer);

  CaseRun& run_;
  Subject& subject_;
};

}  // namespace conformance
