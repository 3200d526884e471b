// RIGHT: One lock is held through every call, since that all functions can run at once does not mean that they do.
#include "correct.hpp"
#include "lock.hpp"

struct Unusual : Correct<Unusual> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Lock lock;
    return Correct::allocate(byte_count, buffer);
  }
  static Status free(void* buffer) {
    const Lock lock;
    return Correct::free(buffer);
  }
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const Lock lock;
    // Not Correct's own, which calls Self's free and would wait for the lock that it holds.
    return Correct<Inner>::reallocate(old_buffer, byte_count, new_buffer);
  }
  static Status size(void* buffer, Dword* byte_count) {
    const Lock lock;
    return Correct::size(buffer, byte_count);
  }

 private:
  struct Inner : ::Correct<Inner> {};
};

EXPORT_ALL(Unusual)
