// WRONG: Free allocates memory for its own records, and fails when memory is exhausted. Caught by: free/allocated-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status free(void* buffer) {
    void* const note = std::malloc(64 << 10);
    if (note == nullptr) return ERROR_NOT_ENOUGH_MEMORY;
    std::free(note);
    return Correct::free(buffer);
  }
};

EXPORT_ALL(Faulty)
