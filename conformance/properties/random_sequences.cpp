// Long random sequences of calls against a model: what only shows after a while, or in a certain order.
#include <string>
#include <vector>

#include "properties/budget.hpp"
#include "properties/sizes.hpp"
#include "worker/pattern.hpp"
#include "worker/property.hpp"

namespace conformance {
namespace {

struct Modelled {
  unsigned char* buffer = nullptr;
  Dword size = 0;
  unsigned pattern = 0;
};

void expect_model(Api& api, const char* requirement, const Modelled& modelled, Dword bytes) {
  static const std::string which = "of a buffer, in the random sequence of seed " + std::to_string(seed);
  api.expect_contents(requirement, which.c_str(), modelled.buffer, 0, bytes, modelled.pattern);
}

// `resize` is called for a live buffer now and then; what it does is up to the property.
template <class Resize>
void call_random_sequence(Api& api, unsigned steps, Resize resize) {
  api.run().observe("seed", std::to_string(seed));
  api.run().step(std::to_string(steps) + " random calls on up to 500 live buffers");
  Random random;
  std::vector<Modelled> live(500);
  Budget budget;
  for (unsigned i = 0; i < steps && budget.allows_another(); ++i) {
    Modelled& modelled = live[random.below(500)];
    if (modelled.buffer == nullptr) {
      modelled = {nullptr, 1 + random.size(16384), i % 250 + 1};
      modelled.buffer = api.allocate_if_granted(modelled.size);
      if (modelled.buffer != nullptr) fill_pattern(modelled.buffer, 0, modelled.size, modelled.pattern);
    } else if (random.below(2) == 0) {
      resize(random, modelled);
    } else {
      expect_model(api, "allocate/usable", modelled, modelled.size);
      api.must_free(modelled.buffer);
      modelled = {};
    }
  }
  for (const Modelled& modelled : live) {
    if (modelled.buffer == nullptr) continue;
    expect_model(api, "allocate/usable", modelled, modelled.size);
    api.must_free(modelled.buffer);
  }
  api.run().done();
}

const Property random_allocate_and_free(
    {.id = "allocate/usable-random-sequence",
     .title = "30,000 random calls of Allocate and Free on hundreds of live buffers all succeed and keep all contents",
     .requirements = {"allocate/usable", "allocate/succeeds", "free/allocated"},
     .functions = {Function::allocate, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) { call_random_sequence(api, 30000, [](Random&, const Modelled&) {}); });

const Property random_reallocate(
    {.id = "reallocate/keeps-contents-random-sequence",
     .title = "40,000 random calls of all functions on hundreds of live buffers all succeed and keep all contents",
     .requirements = {"reallocate/keeps-contents", "reallocate/changes-size", "size/after-reallocate"},
     .functions = {Function::allocate, Function::reallocate, Function::size, Function::free},
     .needs = Needs::only_calls},
    [](Api& api) {
      call_random_sequence(api, 40000, [&api](Random& random, Modelled& modelled) {
        const Dword new_size = 1 + random.size(16384);
        modelled.buffer = api.must_reallocate(modelled.buffer, new_size);
        expect_model(api, "reallocate/keeps-contents", modelled, std::min(modelled.size, new_size));
        modelled.size = new_size;
        fill_pattern(modelled.buffer, 0, new_size, modelled.pattern);
        api.expect_size("size/after-reallocate", "size after Reallocate", modelled.buffer, new_size);
      });
    });

// Where a buffer lies may depend on what was called before: behind one of 0 bytes, or behind one that was shrunk.
const Property aligned_in_a_random_sequence(
    {.id = "allocate/aligned-natural-random-sequence",
     .title = "5,000 random calls in all their forms, with 0 bytes among the sizes, give no misaligned buffer",
     .requirements = {"allocate/aligned-natural", "allocate/zero-bytes", "reallocate/null-old", "reallocate/zero-bytes",
                      "reallocate/changes-size"},
     .functions = {Function::allocate, Function::reallocate, Function::free},
     .needs = Needs::addresses},
    [](Api& api) {
      constexpr std::uintptr_t unit = 2 * sizeof(void*);
      api.run().step("5000 random calls on up to 200 live buffers of 0 to 8192 bytes");
      Random random;
      std::vector<unsigned char*> live(200);
      Budget budget;
      for (int i = 0; i < 5000 && budget.allows_another(); ++i) {
        unsigned char*& buffer = live[random.below(200)];
        const std::uint32_t choice = random.below(8);
        const Dword size = choice == 0 ? 0 : 1 + random.size(8192);
        if (buffer == nullptr) {
          buffer = choice <= 4 ? api.must_allocate(size) : api.must_reallocate(nullptr, size);
        } else if (choice <= 4 && size != 0) {
          buffer = api.must_reallocate(buffer, size, choice <= 2);
        } else if (choice <= 6) {
          api.must_free(buffer);
          buffer = nullptr;
          continue;
        } else {
          api.reallocate(buffer, 0);
          buffer = nullptr;
          continue;
        }
        // A buffer of 0 bytes has no contents that could be misaligned.
        const std::uintptr_t remainder = size == 0 ? 0 : reinterpret_cast<std::uintptr_t>(buffer) % unit;
        api.run().expect(remainder == 0, "allocate/aligned-natural",
                         "address of a buffer of " + std::to_string(size) + " bytes, modulo " + std::to_string(unit),
                         "0", std::to_string(remainder));
      }
      for (const unsigned char* const buffer : live) {
        if (buffer != nullptr) api.must_free(buffer);
      }
      api.run().done();
    });

}  // namespace
}  // namespace conformance
