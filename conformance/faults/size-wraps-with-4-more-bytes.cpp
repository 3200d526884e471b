// WRONG: Four bytes are added to the size in 32 bits, for a word behind the buffer. Caught by: allocate/failure-is-an-error-header-of-4-wraps.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static std::size_t room(Dword byte_count) { return byte_count + Dword{4}; }
};

EXPORT_ALL(Faulty)
