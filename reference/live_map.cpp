#include "live_map.hpp"

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <thread>

namespace apibuf::live_map {
namespace {

enum class State : std::uint8_t { free, live, busy };

// Two levels: a root of pointers to leaves, a leaf with one state for each granule. On 64-bit systems programs have at
// most 48 bits of address space; the root takes 16 MiB there and a leaf 8 MiB for 128 MiB of addresses, nearly all of
// it never touched. On 32-bit ones the root takes 4 KiB and a leaf 512 KiB for 4 MiB.
constexpr bool is_64_bit = sizeof(void*) == 8;
constexpr unsigned address_bits = is_64_bit ? 48 : 32;
constexpr unsigned granule_bits = std::countr_zero(granule);
constexpr unsigned leaf_bits = is_64_bit ? 23 : 19;
constexpr std::size_t leaf_size = std::size_t{1} << leaf_bits;
constexpr std::size_t root_size = std::size_t{1} << (address_bits - granule_bits - leaf_bits);

// A leaf stays for good once it is there: nobody can be told that it went away without a lock.
constinit std::array<std::atomic<State*>, root_size> root{};

struct Position {
  std::size_t leaf;
  std::size_t state;
};

Position position_of(const void* address) noexcept {
  const std::uintptr_t granule_index = reinterpret_cast<std::uintptr_t>(address) >> granule_bits;
  return {granule_index >> leaf_bits, granule_index & (leaf_size - 1)};
}

bool is_representable(const void* address) noexcept {
  return reinterpret_cast<std::uintptr_t>(address) % granule == 0 && position_of(address).leaf < root_size;
}

// The leaf at this index of the root, made if need be; nullptr where there is no memory for it.
State* leaf_at(std::size_t index) noexcept {
  State* leaf = root[index].load(std::memory_order_acquire);
  if (leaf != nullptr) return leaf;

  State* const fresh = static_cast<State*>(std::calloc(leaf_size, sizeof(State)));  // all free
  if (fresh == nullptr) return nullptr;
  if (root[index].compare_exchange_strong(leaf, fresh, std::memory_order_acq_rel)) return fresh;
  std::free(fresh);  // another thread was faster, and `leaf` is what it made
  return leaf;
}

// The state of an address that is, or was, in the map.
std::atomic_ref<State> state_of(const void* address) noexcept {
  const Position position = position_of(address);
  return std::atomic_ref<State>(root[position.leaf].load(std::memory_order_acquire)[position.state]);
}

bool has_state(const void* address) noexcept {
  return is_representable(address) && root[position_of(address).leaf].load(std::memory_order_acquire) != nullptr;
}

}  // namespace

bool insert(const void* address) noexcept {
  if (!is_representable(address) || leaf_at(position_of(address).leaf) == nullptr) return false;
  state_of(address).store(State::live, std::memory_order_release);
  return true;
}

bool claim(const void* address) noexcept {
  if (!has_state(address)) return false;
  const std::atomic_ref<State> state = state_of(address);
  for (State seen = State::live; !state.compare_exchange_strong(seen, State::busy, std::memory_order_acquire);
       seen = State::live) {
    if (seen == State::free) return false;
    std::this_thread::yield();
  }
  return true;
}

void restore(const void* address) noexcept { state_of(address).store(State::live, std::memory_order_release); }

void erase(const void* address) noexcept { state_of(address).store(State::free, std::memory_order_release); }

}  // namespace apibuf::live_map
