// The functions as a property calls them: the checked call path, and the checks that nearly every property makes.
#pragma once

#include <atomic>
#include <initializer_list>
#include <optional>
#include <string>

#include "worker/call.hpp"
#include "worker/case_run.hpp"
#include "worker/implementation.hpp"
#include "worker/out_parameter.hpp"
#include "worker/reliance.hpp"

namespace conformance {

class Shadow;

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
  // `shadow`: through which an implementation behind a connector is called; null for one that was loaded. All outlive it.
  Api(CaseRun& run, Subject& subject, Shadow* shadow = nullptr) : run_(run), subject_(subject), shadow_(shadow) {}

  CaseRun& run() { return run_; }
  const Implementation& library() const { return subject_.library; }

  // ---- the four functions, once, whatever comes back; only the ABI is judged ----

  PointerResult allocate(Dword bytes);
  Status free(const void* buffer);
  // `aliased`: NewBuffer is the address of the variable that holds OldBuffer; `buffer` is then what it holds afterwards.
  PointerResult reallocate(const void* buffer, Dword bytes, bool aliased = true);
  // The same into a variable that holds something else before the call, which must make no difference.
  PointerResult allocate_into(const void* held, Dword bytes);
  PointerResult reallocate_into(const void* held, const void* buffer, Dword bytes);
  SizeResult size(const void* buffer);
  SizeResult size_into(Dword held, const void* buffer);
  // With NULL for Buffer.
  Status allocate_to_null(Dword bytes);
  // With a variable that lies where the caller wants it, as large as the function's type for it.
  PointerResult allocate_at(void* variable, Dword bytes);
  PointerResult reallocate_at(void* variable, const void* buffer, Dword bytes);
  SizeResult size_at(void* variable, const void* buffer);

  // ---- the same, where success is what the property builds on: anything else is a failure ----

  // Each is a judgement of the requirement which says that the call succeeds (reliance.hpp).
  unsigned char* must_allocate(Dword bytes);
  void must_free(const void* buffer);
  unsigned char* must_reallocate(const void* buffer, Dword bytes, bool aliased = true);
  // To 0 bytes, which frees the buffer. What the call stores is not judged.
  void must_reallocate_to_zero(const void* buffer, bool aliased = true);
  Dword must_size(const void* buffer);

  // ---- the same, for cases that are known better than that all of it succeeds ----

  // nullptr where the request was refused and is one of allocate/capacity; any other refusal is a failure. A buffer that
  // could not be reallocated is for `free`, unjudged.
  unsigned char* allocate_if_granted(Dword bytes);
  unsigned char* reallocate_if_granted(const void* buffer, Dword bytes, bool aliased = true);
  // Nothing where Size has failed.
  std::optional<Dword> size_if_told(const void* buffer);

  // ---- what many properties judge ----

  // That the call succeeded and stored a buffer.
  void expect_buffer(const char* requirement, const PointerResult& result);
  // That the bytes from … from + bytes - 1 of the buffer hold the pattern; `which` says of which buffer, such as "of a buffer
  // that was freed". A failure names the first byte that does not, with what it is and what it had to be.
  void expect_contents(const char* requirement, const char* which, const unsigned char* buffer, std::size_t from,
                       std::size_t bytes, unsigned pattern);
  // That Size succeeds with no less than what was asked for, which is the requirement's; `what` says which buffer's size.
  void expect_size(const char* requirement, const char* what, const void* buffer, Dword requested);

 private:
  // The requirements which say that a call succeeds, made now.
  const char* to_allocate(Dword bytes) const;
  const char* to_free(const void* buffer) const;
  const char* to_reallocate(const void* buffer, Dword bytes, bool aliased) const;
  const char* to_size(const void* buffer) const;

  Origin origin_of(const void* buffer) const;
  Circumstances circumstances() const;
  void add_alive(long buffers);
  bool is_in_another_thread() const { return run_.is_in_another_thread(); }
  Origin allocated(Dword bytes) const {
    return {.is_zero_sized = bytes == 0, .is_of_another_thread = is_in_another_thread()};
  }
  Origin reallocated() const { return {.is_reallocated = true, .is_of_another_thread = is_in_another_thread()}; }

  // The buffer of a call that had to succeed, or that was granted what it need not be.
  unsigned char* buffer_of(const PointerResult& result, const char* requirement, Function function, Dword bytes);
  unsigned char* granted(const PointerResult& result, const char* requirement, Function function, Dword bytes);
  // `requirement` says that the call succeeds.
  CallResult call(Function function, const char* requirement, std::initializer_list<std::uintptr_t> arguments);
  void guard_pointer(const OutPointer& out, const char* neighbours);
  PointerResult allocate(OutPointer out, Dword bytes, const char* requirement);
  Status free(const void* buffer, const char* requirement);
  PointerResult reallocate(const void* buffer, Dword bytes, bool aliased, const char* requirement);
  PointerResult reallocate(OutPointer out, const void* buffer, Dword bytes, const char* requirement);
  void note(const PointerResult& result, const Origin& origin, bool replaces);
  SizeResult size(OutDword out, const void* buffer, const char* requirement);

  CaseRun& run_;
  Subject& subject_;
  Shadow* shadow_;
  // How many more buffers the first thread has made than freed, and the same of all others together. Each is on a cache line
  // of its own, since all threads read what is above. Only the first thread writes its own count, so it needs no locked
  // addition, which would take a large part of a call's time.
  alignas(64) std::atomic<long> alive_by_first_thread_ = 0;
  alignas(64) std::atomic<long> alive_by_others_ = 0;
};

}  // namespace conformance
