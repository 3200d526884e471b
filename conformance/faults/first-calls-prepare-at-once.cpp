// WRONG: The first call prepares the library, and two threads that come at once do it both. Caught by: free/any-thread-first-calls-*.
#include "listed.hpp"

struct Faulty : Listed<Faulty> {
  static constexpr std::size_t count = 64;
  alignas(natural_alignment) static inline char places[count][small];
  static inline volatile bool ready = false;

  static Free* pop() {
    if (!ready) {
      Free* all = nullptr;
      for (auto& place : places) all = new (place) Free{all};
      platform::sleep_ms(1);  // as where settings are read
      first = all;
      ready = true;
    }
    return Listed::pop();
  }
};

EXPORT_ALL(Faulty)
