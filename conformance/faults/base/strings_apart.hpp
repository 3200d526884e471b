// The functions of users.hpp, with strings that are allocations of their own, and that Free frees with their buffer. A
// fault says which of them it leaves behind.
#pragma once

#include "users.hpp"

template <class Self>
struct StringsApart : CorrectUsers<Self> {
  using Base = CorrectUsers<Self>;

  static std::size_t strings_bytes(Dword, Dword) { return 0; }

  // The header's note says how many bytes of structures there are. A fault may mark a buffer in it.
  static constexpr Dword mark = 0x80000000;
  static void* make_retrieved(Dword byte_count, Dword structure_bytes) {
    void* const buffer = Base::make(byte_count);
    if (buffer != nullptr) Base::header(buffer).note = structure_bytes;
    return buffer;
  }

  static Character* put(Character*&, const char* text) {
    auto* const start = static_cast<Character*>(std::malloc(Base::string_bytes(text)));
    Character* place = start;
    return Base::put(place, text), start;
  }

  static bool is_comment(const Character* string) {
    const char* const comment = Self::comment_of(0);
    std::size_t i = 0;
    while (comment[i] != 0 && string[i] == static_cast<Character>(comment[i])) ++i;
    return comment[i] == 0 && string[i] == 0;
  }

  // Whether Free leaves this string behind, of a buffer that is marked or not.
  static bool leaves_behind(const Character*, bool) { return false; }

  // Every pointer in the structures is one to a string; numbers lie in pairs as large as a pointer, and are 0.
  static void drop(void* buffer) {
    const Dword note = Base::header(buffer).note;
    Character* string = nullptr;
    for (Dword i = 0; i < (note & ~mark); i += sizeof string) {
      std::memcpy(&string, static_cast<char*>(buffer) + i, sizeof string);
      if (string != nullptr && !Self::leaves_behind(string, (note & mark) != 0)) std::free(string);
    }
    Base::drop(buffer);
  }
};
