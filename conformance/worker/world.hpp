// Where an implementation lives, as the steps of a vector reach it: in this process, or behind a connector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "worker/call.hpp"
#include "worker/case_run.hpp"
#include "worker/implementation.hpp"
#include "worker/step.hpp"

namespace conformance {

// The first byte that is not as it has to be, counted from the start of the buffer.
struct Difference {
  std::size_t at;
  unsigned char actual;
};

class World {
 public:
  World() = default;
  virtual ~World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Why the step cannot be made here; empty where it can.
  virtual std::string why_not(const Step& step) = 0;

  // Whether the function is exported under exactly its name.
  virtual bool exports_exactly(Function function) const = 0;

  // Whether a thread's last error can be set and seen.
  virtual bool has_last_error() const = 0;

  // Whether what a call touches beside what it is for is seen: the words beside a variable, each half of a pointer.
  virtual bool shows_neighbours() const = 0;

  // The bytes of a pointer there.
  virtual std::size_t pointer_bytes() const = 0;

  // Makes the call with these arguments. Those for out-parameters are addresses of an OutPointer's or OutDword's variable
  // in this process, or 0 for NULL.
  virtual CallResult call(CaseRun& run, const Call& call, std::span<const std::uintptr_t> arguments) = 0;

  // A pointer's value in a variable, as a number that this process can compute with: its address.
  virtual std::uintptr_t address(std::uintptr_t pointer) = 0;

  // The bytes from … from + bytes - 1 of the buffer at a pointer.
  virtual void fill(std::uintptr_t pointer, std::size_t from, std::size_t bytes, unsigned pattern) = 0;
  virtual std::optional<Difference> first_difference(std::uintptr_t pointer, std::size_t from, std::size_t bytes,
                                                     unsigned pattern) = 0;
  // Whether all of them are equal, and to which byte; nothing where they are not. 0 where there are none.
  virtual std::optional<unsigned char> common_byte(std::uintptr_t pointer, std::size_t from, std::size_t bytes) = 0;
};

// The world of the subject, for one case.
std::unique_ptr<World> world_of(CaseRun& run, Subject& subject);

}  // namespace conformance
