// Which addresses are live buffers: a table indexed by the address, so that a pointer is judged without following it.
#pragma once

#include <cstddef>
#include <utility>

namespace apibuf::live_map {

// Live buffers lie at multiples of this many bytes: malloc's alignment, and the platform's (allocate/aligned-natural).
constexpr std::size_t granule = 2 * sizeof(void*);

// Makes the address live. False: the address is no multiple of the granule or beyond the map, or the map's own memory
// cannot be had. The address must not be live; whoever owns the memory behind it sees to that.
bool insert(const void* address) noexcept;

// Waits until no other thread has claimed the address, and claims it. False: it is not live. Whoever has claimed an
// address owns the memory behind it, and must soon call restore, erase or begin_move.
bool claim(const void* address) noexcept;

// Makes a claimed address live again.
void restore(const void* address) noexcept;

// Takes a claimed address out of the map.
void erase(const void* address) noexcept;

// Memory for the map itself, set aside before realloc is called: what a buffer has moved cannot be undone, so its new
// address has to find room in the map. What is not needed waits for the next reservation.
class Reservation {
 public:
  Reservation() noexcept;
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;
  ~Reservation();

  // False: the memory cannot be had.
  explicit operator bool() const noexcept { return memory_ != nullptr; }

  // The memory; nullptr where it cannot be had or was taken before.
  void* memory() const noexcept { return memory_; }

  // The same, and from now on it is the caller's.
  void* take() noexcept { return std::exchange(memory_, nullptr); }

 private:
  void* memory_;
};

// What lies at a claimed address is about to move: whoever wants to claim it waits for end_move. The memory there may go
// to another thread meanwhile, which may insert the address.
void begin_move(const void* address) noexcept;

// It lies at new_address now, one of malloc's and maybe the same. The reservation is true, so this cannot fail.
void end_move(const void* old_address, const void* new_address, Reservation& reservation) noexcept;

}  // namespace apibuf::live_map
