#include "worker/buffers.hpp"

#include <array>
#include <atomic>
#include <cstring>
#include <string_view>
#include <utility>

#include "worker/fixed_text.hpp"
#include "worker/function.hpp"

namespace conformance::buffers {
namespace {

// How near a buffer an address must lie to have to do with it, in bytes.
constexpr std::uintptr_t most_apart = 4096;

struct Place {
  std::atomic<std::uintptr_t> address;
  std::atomic<Dword> bytes;
  std::atomic<bool> is_live;
};

// How many places an address may have, all of them on one cache line.
constexpr std::size_t ways = 4;
constexpr std::size_t line_bits = 10;
alignas(64) std::array<std::array<Place, ways>, std::size_t{1} << line_bits> places;

std::array<Place, ways>& places_of(std::uintptr_t address) {
  // Buffers of one size lie at equal distances, for which the plain bits of the address share few of the lines.
  const auto granules = static_cast<std::uint32_t>(address >> 4);
  return places[static_cast<std::uint32_t>((granules ^ granules >> 11) * 0x9E3779B1U) >> (32 - line_bits)];
}

// Where the address is noted; nullptr where it is not.
Place* find(std::uintptr_t address) {
  if (address == 0) return nullptr;
  for (Place& place : places_of(address)) {
    if (place.address.load(std::memory_order_relaxed) == address) return &place;
  }
  return nullptr;
}

// The place for a new address: an unused one, or else that of a freed buffer, or else the last, whose buffer is forgotten.
Place& room_for(std::uintptr_t address) {
  std::array<Place, ways>& all = places_of(address);
  for (Place& place : all) {
    if (place.address.load(std::memory_order_relaxed) == 0) return place;
  }
  for (Place& place : all) {
    if (!place.is_live.load(std::memory_order_relaxed)) return place;
  }
  return all.back();
}

void note_made(std::uintptr_t variable, std::uintptr_t bytes) {
  std::uintptr_t address = 0;
  std::memcpy(&address, reinterpret_cast<const void*>(variable), sizeof address);
  if (address == 0) return;
  Place* const known = find(address);
  Place& place = known != nullptr ? *known : room_for(address);
  place.address.store(address, std::memory_order_relaxed);
  place.bytes.store(static_cast<Dword>(bytes), std::memory_order_relaxed);
  place.is_live.store(true, std::memory_order_relaxed);
}

// Notes that the buffer is freed. Returns whether it was live.
bool is_freed(Place& place) {
  const bool was_live = place.is_live.load(std::memory_order_relaxed);
  // No atomic exchange, which would take as long as a call: where two threads free a buffer at once, both may say so.
  if (was_live) place.is_live.store(false, std::memory_order_relaxed);
  return was_live;
}

// How many bytes the address lies outside of the buffer; 0 in it.
std::uintptr_t distance(std::uintptr_t address, std::uintptr_t start, Dword bytes) {
  if (address < start) return start - address;
  return address - start < bytes ? 0 : address - start - bytes + 1;
}

void describe(FixedText& text, std::uintptr_t address, std::uintptr_t start, Dword bytes, std::string_view which) {
  if (address < start) {
    text << start - address << " bytes before ";
  } else if (address - start < bytes) {
    text << "at byte " << address - start << " of ";
  } else if (address - start == bytes) {
    text << "at the end of ";
  } else {
    text << address - start - bytes << " bytes behind the end of ";
  }
  text << which << " of " << bytes << " bytes";
}

}  // namespace

Account::Account(const char* function, std::span<const std::uintptr_t> arguments) noexcept {
  // Names are compared by their addresses, which a call of one of the four functions takes from the same table.
  if (function == name_of(Function::allocate)) {
    bytes_ = arguments[0];
    variable_ = arguments[1];
  } else if (function == name_of(Function::size)) {
    note_given(arguments[0], false);
  } else if (function == name_of(Function::free)) {
    note_given(arguments[0], true);
  } else if (function == name_of(Function::reallocate)) {
    note_given(arguments[0], true);
    bytes_ = arguments[1];
    variable_ = arguments[2];
  }
}

void Account::note_given(std::uintptr_t address, bool may_be_freed) noexcept {
  given_ = address;
  Place* const place = find(address);
  if (place == nullptr) return;
  given_bytes_ = place->bytes.load(std::memory_order_relaxed);
  // From before the call on: another thread may be given the same address before this one goes on.
  is_freed_ = may_be_freed && is_freed(*place);
}

void Account::returned(Status status) const noexcept {
  if (status == success && variable_ != 0) note_made(variable_, bytes_);
  if (status == success || !is_freed_) return;
  if (Place* const place = find(given_)) place->is_live.store(true, std::memory_order_relaxed);
}

std::optional<Dword> bytes_of(std::uintptr_t address) noexcept {
  const Place* const place = find(address);
  return place != nullptr ? std::optional(place->bytes.load()) : std::nullopt;
}

std::string call_text(const std::string& function, std::uintptr_t given) {
  return call_text(function, given, bytes_of(given));
}

std::string call_text(const std::string& function, std::uintptr_t given, std::optional<Dword> bytes) {
  const std::string call = function + " of ";
  if (given == 0) return call + "NULL";
  return bytes ? call + "a buffer of " + std::to_string(*bytes) + " bytes" : call + "a buffer";
}

void where(std::uintptr_t address, std::uintptr_t given, char (&text)[where_characters]) noexcept {
  FixedText words(text);
  const Place* nearest = nullptr;
  // Of buffers at the same distance some have lain where another one lies now.
  std::pair least(most_apart + 1, 0);
  for (const Place& place : std::span(places.front().data(), places.size() * ways)) {
    const std::uintptr_t start = place.address.load(std::memory_order_relaxed);
    if (start == 0) continue;
    const std::uintptr_t apart = distance(address, start, place.bytes.load(std::memory_order_relaxed));
    // What lies beside a buffer that is gone has nothing to do with it.
    if (apart > 0 && !place.is_live && start != given) continue;
    const std::pair rank(apart, start == given ? 0 : place.is_live ? 1 : 2);
    if (rank >= least) continue;
    least = rank;
    nearest = &place;
  }
  if (nearest != nullptr) {
    const std::uintptr_t start = nearest->address;
    const std::string_view other = nearest->is_live ? "a live buffer" : "a freed buffer";
    describe(words, address, start, nearest->bytes, start == given ? "the buffer that the call was given," : other);
  } else if (address == 0) {
    words << "at NULL";
  } else if (address < most_apart) {
    words << address << " bytes behind NULL";
  } else if (std::uintptr_t{0} - address < most_apart) {
    words << std::uintptr_t{0} - address << " bytes before NULL";
  }
}

}  // namespace conformance::buffers
