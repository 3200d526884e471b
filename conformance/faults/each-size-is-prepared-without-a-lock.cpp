// WRONG: The first call for each size prepares its list, and two threads that come at once do it both. Caught by: free/any-thread-first-calls-*.
#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr unsigned sizes = 8, count = 16;
  struct Free {
    Free* next;
  };
  struct List {
    bool volatile ready;
    Free* volatile first;
    alignas(natural_alignment) char memory[count * (32 << sizes)];
  };
  static inline List lists[sizes];

  static unsigned number_for(std::size_t bytes) {
    unsigned number = 0;
    while (number < sizes && std::size_t{32} << number < bytes) ++number;
    return number;
  }

  static void* take(std::size_t bytes) {
    const unsigned number = number_for(bytes);
    if (number == sizes) return Correct::take(bytes);
    List& list = lists[number];
    if (!list.ready) {
      list.first = nullptr;
      for (unsigned i = 0; i < count; ++i)
        list.first = new (list.memory + i * (std::size_t{32} << number)) Free{list.first};
      list.ready = true;
    }
    const Lock lock;
    Free* const block = list.first;
    if (block == nullptr) return Correct::take(std::size_t{32} << number);
    list.first = block->next;
    return block;
  }

  static void give_back(void* block) {
    const unsigned number = number_for(sizeof(Header) + static_cast<Header*>(block)->byte_count);
    if (number == sizes) return Correct::give_back(block);
    const Lock lock;
    lists[number].first = new (block) Free{lists[number].first};
  }
};

EXPORT_ALL(Faulty)
