// The buffers of an implementation behind a connector, as memory of this process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>

#include "worker/call.hpp"
#include "worker/case_run.hpp"
#include "worker/connector_calls.hpp"

namespace conformance {

// A property has pointers, and uses buffers by them. Behind a connector each handle has addresses of this process, where
// nothing is. What the property uses of them is read from the implementation when it is used, and what it has written is
// written to the implementation, and read back, before the next call and before another buffer is used. Each call makes all
// that was read out of date. So the property sees what the implementation's memory holds, and nothing else: also what a
// call has done to another buffer, and buffers that overlap. (Within one instruction it must not copy from one buffer to
// another: each use would make the other one out of date.)
//
// A buffer has as many bytes as it was asked for, or as its size was reported to be.
class Shadow {
 public:
  // Both outlive it.
  Shadow(CaseRun& run, Connector& connector);
  ~Shadow();
  Shadow(const Shadow&) = delete;
  Shadow& operator=(const Shadow&) = delete;

  // Executes what uses buffers, in this thread. Throws what that throws; ConnectorFailed; std::logic_error where it uses
  // what is no part of a buffer. Leaves the case where memory does not keep what was written.
  void execute(const std::function<void()>& activity);

  // Makes a call with pointers to these buffers; for out-parameters with addresses of variables, or 0. The case is
  // unsupported where a pointer is none that a call has stored.
  CallResult call(Function function, std::span<const std::uintptr_t> arguments);

 private:
  struct Buffer {
    std::uintptr_t number = 0;  // what stands for its handle
    std::size_t requested = 0;  // bytes
    std::size_t bytes = 0;      // as Size reported, where that is more
    bool is_live = false;
    std::uint64_t end = 0;  // its last one, counted
  };
  using Place = std::map<unsigned char*, Buffer>::value_type;  // where a buffer starts, and the buffer

  // A part of a buffer that is open.
  struct Part {
    Place* place;
    std::string data;  // what the implementation's memory holds, as far as is known
    bool is_written;   // it is open to writing as well, and may hold something else
  };
  using Parts = std::map<unsigned char*, Part>;  // by their start

  bool use(unsigned char* address);
  void read_part(Place& place, unsigned char* start);
  void open_to_write(Parts::iterator part);
  void settle_beside(const Place& place);
  void settle();
  void settle(unsigned char* start, Part& part);
  void close(Parts::iterator part);
  void close_all();

  Place* place_at(const unsigned char* address);
  Place& place_of(std::uintptr_t number);
  Place& new_place();
  std::uintptr_t number_of(std::uintptr_t pointer);
  std::uintptr_t pointer_of(std::uintptr_t number);
  void note(Function function, std::span<const std::uintptr_t> arguments);
  void note_buffer(std::uintptr_t pointer, std::size_t bytes);
  void note_end(std::uintptr_t pointer);

  CaseRun& run_;
  ConnectorCalls connector_;
  std::map<unsigned char*, Buffer> buffers_;
  std::map<std::uintptr_t, Place*> places_;  // by number
  std::map<std::uint64_t, Place*> ended_;    // whose buffers were freed, by when
  std::uint64_t ends_ = 0;
  Parts parts_;
};

}  // namespace conformance
