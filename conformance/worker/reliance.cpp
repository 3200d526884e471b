#include "worker/reliance.hpp"

namespace conformance {
namespace {

// Requirements are compared by these addresses, so the functions below return these and no other text of the same words.
constexpr const char* any_thread = "free/any-thread";
constexpr const char* succeeds = "allocate/succeeds";
constexpr const char* capacity = "allocate/capacity";
constexpr const char* zero_bytes = "allocate/zero-bytes";
constexpr const char* changes_size = "reallocate/changes-size";
constexpr const char* aliased_works = "reallocate/aliased";
constexpr const char* keeps_old = "reallocate/failure-keeps-old";
constexpr const char* allocate_fails = "allocate/failure-is-an-error";
constexpr const char* reallocate_fails = "reallocate/failure-is-an-error";

bool is_one_of_many_or_large(Dword bytes, const Circumstances& circumstances) {
  return bytes <= ordinary_bytes && (bytes > small_bytes || circumstances.alive >= few_buffers);
}

}  // namespace

// In each of these: what is inferred first, then what is asserted on Windows, then what is documented.

const char* requirement_of_allocate(Dword bytes, bool has_variable, const Circumstances& circumstances) {
  if (!has_variable) return "allocate/null-out";
  if (is_one_of_many_or_large(bytes, circumstances)) return capacity;
  if (circumstances.is_another_thread) return any_thread;
  if (bytes == 0) return zero_bytes;
  return bytes > ordinary_bytes ? allocate_fails : succeeds;
}

const char* requirement_of_free(const Origin& buffer) {
  if (buffer.is_null) return "free/null";
  if (buffer.is_left_by_failure) return keeps_old;
  if (buffer.is_of_another_thread) return any_thread;
  if (buffer.is_zero_sized) return zero_bytes;
  return buffer.is_reallocated ? "free/reallocated" : "free/allocated";
}

const char* requirement_of_reallocate(const Origin& old, Dword bytes, bool aliased,
                                      const Circumstances& circumstances) {
  if (old.is_left_by_failure) return keeps_old;
  if (bytes != 0 && is_one_of_many_or_large(bytes, circumstances)) return capacity;
  if (old.is_of_another_thread || circumstances.is_another_thread) return any_thread;
  if (old.is_null) return "reallocate/null-old";
  if (bytes == 0) return "reallocate/zero-bytes";
  if (old.is_zero_sized) return zero_bytes;
  if (bytes > ordinary_bytes) return reallocate_fails;
  return aliased ? aliased_works : changes_size;
}

const char* requirement_of_size(const Origin& buffer) {
  if (buffer.is_null) return "size/null-buffer";
  if (buffer.is_left_by_failure) return keeps_old;
  if (buffer.is_of_another_thread) return any_thread;
  if (buffer.is_zero_sized) return "size/zero-bytes";
  return buffer.has_grown ? "size/after-reallocate" : "size/at-least-requested";
}

bool is_beyond_what_is_granted(const char* requirement) { return requirement == capacity; }

const char* requirement_to_return(Function function, const char* to_succeed, bool is_memory_limited) {
  const bool asks_for_memory = to_succeed == succeeds || to_succeed == changes_size || to_succeed == aliased_works;
  if (to_succeed != capacity && !(is_memory_limited && asks_for_memory)) return to_succeed;
  return function == Function::reallocate ? reallocate_fails : allocate_fails;
}

}  // namespace conformance
