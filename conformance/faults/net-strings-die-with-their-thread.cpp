// WRONG: The names in buffers of other functions lie in memory of the thread that retrieved them. Caught by: free/any-thread-net-buffers-*.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  struct Names {
    Character volatile texts[user_count][16];
    ~Names() {
      for (auto& text : texts) text[0] = 0;
    }
  };
  static inline thread_local Names own = {};

  static Character* put(Character*& place, const char* text) {
    for (Dword user = 0; user < user_count; ++user) {
      if (std::strcmp(text, names[user]) != 0) continue;
      auto* start = const_cast<Character*>(own.texts[user]);
      return CorrectUsers::put(start, text);
    }
    return CorrectUsers::put(place, text);
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
