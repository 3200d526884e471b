// WRONG: The first Allocate of a thread makes a record of 4000 bytes, which stays when the thread ends. Caught by: free/gives-memory-back-of-each-thread.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t record_bytes = 4000;

  static void* make(Dword byte_count) {
    static thread_local void* volatile record = nullptr;
    if (record == nullptr) record = std::malloc(record_bytes);
    if (record == nullptr) return nullptr;
    std::memset(record, 1, record_bytes);
    return Correct::make(byte_count);
  }
};

EXPORT_ALL(Faulty)
