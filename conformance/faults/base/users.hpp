// Two functions that retrieve information, in pieces, beside those of correct.hpp: NetUserGetInfo and NetUserEnum, at the
// levels 0 and 1, over five users that never change. Each buffer is one block, the strings behind the structures.
#pragma once

#include "correct.hpp"

inline constexpr Status ERROR_INVALID_LEVEL = 124;
inline constexpr Status ERROR_MORE_DATA = 234;
inline constexpr Status NERR_UserNotFound = 2221;

using platform::Character;

struct UserInfo0 {
  Character* name;
};

struct UserInfo1 {
  Character* name;
  Character* password;
  Dword password_age;
  Dword privilege;
  Character* home;
  Character* comment;
  Dword flags;
  Character* script;
};

template <class Self>
struct CorrectUsers : Correct<Self> {
  static constexpr const char* names[] = {"ada", "grace", "margaret", "annie", "katherine"};
  static constexpr Dword user_count = 5;
  static constexpr const char* comment = "long enough that leaving it behind is felt soon, and longer than any name is";

  // What a user has.
  static const char* name(Dword user) { return names[user]; }
  static const char* comment_of(Dword) { return comment; }

  static std::size_t entry_bytes(Dword level) { return level == 0 ? sizeof(UserInfo0) : sizeof(UserInfo1); }
  static std::size_t string_bytes(const char* text) { return (std::strlen(text) + 1) * sizeof(Character); }

  // The room that the strings of one user need in a buffer.
  static std::size_t strings_bytes(Dword level, Dword user) {
    return string_bytes(Self::name(user)) + (level == 0 ? 0 : string_bytes(Self::comment_of(user)));
  }

  // The memory of a buffer of other functions, and how it is freed.
  static void* make_retrieved(Dword byte_count, Dword) { return Self::make(byte_count); }

  // Writes a string, by default at `place`, which moves behind it.
  static Character* put(Character*& place, const char* text) {
    Character* const start = place;
    for (const char* character = text; *character != 0; ++character) *place++ = static_cast<Character>(*character);
    *place++ = 0;
    return start;
  }

  static void fill(void* structure, Dword level, Dword user, Character*& place) {
    if (level == 0) {
      static_cast<UserInfo0*>(structure)->name = Self::put(place, Self::name(user));
    } else {
      UserInfo1 info;
      std::memset(&info, 0, sizeof info);
      info.name = Self::put(place, Self::name(user));
      info.comment = Self::put(place, Self::comment_of(user));
      *static_cast<UserInfo1*>(structure) = info;
    }
  }

  // A buffer with these users, or nullptr if memory is exhausted.
  static void* list(Dword level, Dword first, Dword count) {
    std::size_t bytes = count * entry_bytes(level);
    for (Dword user = first; user < first + count; ++user) bytes += Self::strings_bytes(level, user);
    void* const buffer =
        Self::make_retrieved(static_cast<Dword>(bytes), static_cast<Dword>(count * entry_bytes(level)));
    if (buffer == nullptr) return nullptr;
    char* structure = static_cast<char*>(buffer);
    auto* place = reinterpret_cast<Character*>(structure + count * entry_bytes(level));
    for (Dword user = first; user < first + count; ++user, structure += entry_bytes(level)) {
      Self::fill(structure, level, user, place);
    }
    return buffer;
  }

  // How many users from this one on fit into so many bytes; at least one.
  static Dword fitting(Dword level, Dword first, Dword preferred) {
    Dword count = 0;
    std::size_t bytes = 0;
    while (first + count < user_count) {
      bytes += entry_bytes(level) + Self::strings_bytes(level, first + count);
      if (bytes > preferred && count > 0) break;
      ++count;
    }
    return count;
  }

  // ---- the two functions ----

  static Status get_info(const Character* name, Dword level, void** buffer) {
    if (level > 1) return ERROR_INVALID_LEVEL;
    for (Dword user = 0; user < user_count; ++user) {
      const char* const known = Self::name(user);
      std::size_t i = 0;
      while (known[i] != 0 && name[i] == static_cast<Character>(known[i])) ++i;
      if (known[i] != 0 || name[i] != 0) continue;
      *buffer = Self::list(level, user, 1);
      return *buffer != nullptr ? NERR_Success : ERROR_NOT_ENOUGH_MEMORY;
    }
    return NERR_UserNotFound;
  }

  static Status enumerate(Dword level, void** buffer, Dword preferred, Dword* entries, Dword* total, Dword* resume) {
    if (level > 1) return ERROR_INVALID_LEVEL;
    const Dword first = resume != nullptr ? *resume : 0;
    const Dword count = Self::fitting(level, first, preferred);
    *buffer = Self::list(level, first, count);
    if (*buffer == nullptr) return ERROR_NOT_ENOUGH_MEMORY;
    *entries = count;
    *total = user_count;
    const bool is_all = first + count == user_count;
    if (resume != nullptr) *resume = is_all ? 0 : first + count;
    return is_all ? NERR_Success : ERROR_MORE_DATA;
  }
};

#define EXPORT_USERS(Implementation)                                                                            \
  EXPORTED Status STDCALL NetUserGetInfo(const Character*, const Character* name, Dword level, void** buffer) { \
    return Implementation::get_info(name, level, buffer);                                                       \
  }                                                                                                             \
  EXPORTED Status STDCALL NetUserEnum(const Character*, Dword level, Dword, void** buffer, Dword preferred,     \
                                      Dword* entries, Dword* total, Dword* resume) {                            \
    return Implementation::enumerate(level, buffer, preferred, entries, total, resume);                         \
  }
