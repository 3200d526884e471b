// WRONG: Sizes are rounded up to pages in 32 bits. Caught by: allocate/failure-is-an-error-page-rounding-wraps.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static std::size_t room(Dword byte_count) { return (byte_count + Dword{4095}) / 4096 * 4096; }
};

EXPORT_ALL(Faulty)
