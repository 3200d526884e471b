// WRONG: Free looks for the header of NULL. Caught by: free/null-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status free(void* buffer) {
    static_cast<volatile Header*>(buffer)[-1].note = 0;
    drop(buffer);
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
