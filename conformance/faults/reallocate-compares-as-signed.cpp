// WRONG: Reallocate takes sizes from 0x80000000 on for negative ones, and frees. Caught by: reallocate/failure-is-an-error-sign-bit.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const bool is_positive = static_cast<std::int32_t>(byte_count) > 0;
    return Correct::reallocate(old_buffer, is_positive ? byte_count : 0, new_buffer);
  }
};

EXPORT_ALL(Faulty)
