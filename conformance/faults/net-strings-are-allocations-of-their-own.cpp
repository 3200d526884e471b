// RIGHT: Each string of a buffer of other functions is an allocation of its own, which Free frees with it.
#include "users.hpp"

struct Unusual : CorrectUsers<Unusual> {
  static std::size_t strings_bytes(Dword, Dword) { return 0; }
  static void* make_retrieved(Dword byte_count, Dword structure_bytes) {
    void* const buffer = make(byte_count);
    if (buffer != nullptr) header(buffer).note = structure_bytes;
    return buffer;
  }
  static Character* put(Character*&, const char* text) {
    auto* const start = static_cast<Character*>(std::malloc(string_bytes(text)));
    Character* place = start;
    return CorrectUsers::put(place, text), start;
  }
  // Every pointer in the structures is one to a string; numbers lie in pairs as large as a pointer, and are 0.
  static void drop(void* buffer) {
    void* pointer = nullptr;
    for (Dword i = 0; i < header(buffer).note; i += sizeof pointer) {
      std::memcpy(&pointer, static_cast<char*>(buffer) + i, sizeof pointer);
      std::free(pointer);
    }
    CorrectUsers::drop(buffer);
  }
};

EXPORT_ALL(Unusual)
EXPORT_USERS(Unusual)
