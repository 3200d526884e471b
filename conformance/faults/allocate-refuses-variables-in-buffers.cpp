// WRONG: A pointer variable that lies in a buffer is taken for a buffer given by mistake. Caught by: allocate/succeeds-into-a-live-buffer.
#include <map>

#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::map<char*, Dword> alive;

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    const Lock lock;
    if (buffer != nullptr) alive[static_cast<char*>(buffer)] = byte_count;
    return buffer;
  }

  static void drop(void* buffer) {
    {
      const Lock lock;
      alive.erase(static_cast<char*>(buffer));
    }
    Correct::drop(buffer);
  }

  static Status allocate(Dword byte_count, void** buffer) {
    return lies_in_a_buffer(buffer) ? ERROR_INVALID_PARAMETER : Correct::allocate(byte_count, buffer);
  }

 private:
  static bool lies_in_a_buffer(void** variable) {
    const Lock lock;
    char* const address = reinterpret_cast<char*>(variable);
    const auto behind = alive.upper_bound(address);
    if (behind == alive.begin()) return false;
    const auto& [start, byte_count] = *std::prev(behind);
    return address < start + byte_count;
  }
};

EXPORT_ALL(Faulty)
