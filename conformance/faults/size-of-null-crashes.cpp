// DEVIATES: size/null-buffer. Size looks for the header of NULL.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    *byte_count = static_cast<volatile Header*>(buffer)[-1].byte_count;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
