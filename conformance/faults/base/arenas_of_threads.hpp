// Pooled, with two arenas, each with a list and a lock of its own. A thread takes blocks from the one, the next thread
// from the other, and a block goes back to the arena that it came from.
#pragma once

#include "lock.hpp"
#include "owners.hpp"
#include "pooled.hpp"

struct Arena {
  void* first = nullptr;
  std::atomic_flag taken;
};

template <class Self>
struct ArenasOfThreads : Owners<Self, Pooled> {
  using Base = Pooled<Self>;
  using Free = typename Base::Free;

  static inline Arena arenas[2];
  static Arena& of_this_thread() { return arenas[this_thread() % 2]; }
  static Arena& of_buffer(void* buffer) { return arenas[Base::header(buffer).note % 2]; }

  static Free* pop() {
    const Lock lock(of_this_thread().taken);
    Arena& arena = of_this_thread();
    Free* const block = static_cast<Free*>(arena.first);
    if (block != nullptr) arena.first = block->next;
    return block;
  }

  static void push(Free* block) {
    Arena& arena = of_buffer(static_cast<typename Base::Header*>(static_cast<void*>(block)) + 1);
    const Lock lock(Self::arena_to_lock(arena).taken);
    block->next = static_cast<Free*>(arena.first);
    arena.first = block;
  }

  // Which arena a call that gives a block back to this one locks.
  static Arena& arena_to_lock(Arena& arena) { return arena; }
};
