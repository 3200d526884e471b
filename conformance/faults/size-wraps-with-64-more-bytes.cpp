// WRONG: Sixty-four bytes are added to the size in 32 bits. Caught by: allocate/failure-is-an-error-header-of-64-wraps.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static std::size_t room(Dword byte_count) { return byte_count + Dword{64}; }
};

EXPORT_ALL(Faulty)
