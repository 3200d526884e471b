// Which requirement says that a call succeeds. It follows from the function and from what goes into the call, and it is
// written down here alone: for judgements, for the name of a crash, and for the evidence of cases.
//
// Several requirements may say it together: NULL reallocated to 1 MiB needs reallocate/null-old and allocate/capacity. The
// call is then named for the one that is known least, since an implementation that deviates in nothing else fails there.
#pragma once

#include <cstddef>

#include "worker/function.hpp"
#include "worker/status.hpp"

namespace conformance {

// No page says that a request of any size must be granted. What is no larger, with no more buffers alive, is taken for
// granted (allocate/succeeds, reallocate/changes-size); what goes beyond it is allocate/capacity, up to the size that
// allocate/capacity speaks of; beyond that nothing has to be granted at all.
inline constexpr Dword small_bytes = 4096;
inline constexpr std::size_t few_buffers = 64;
inline constexpr Dword ordinary_bytes = 16 << 20;

// What is known of a pointer that goes into a call.
struct Origin {
  bool is_null : 1 = false;
  bool is_zero_sized : 1 = false;
  bool is_reallocated : 1 = false;
  bool has_grown : 1 = false;             // by its last Reallocate
  bool is_left_by_failure : 1 = false;    // what a Reallocate that perhaps failed has left in its variable
  bool is_of_another_thread : 1 = false;  // made in, or now used by, a thread that is not the case's first one
};

// What a request for memory meets: the buffers of the case that are alive, and whether a thread other than the case's first
// one makes it.
struct Circumstances {
  std::size_t alive = 0;
  bool is_another_thread = false;
};

// `has_variable`: the address of a pointer variable is given, and not NULL.
const char* requirement_of_allocate(Dword bytes, bool has_variable, const Circumstances& circumstances);
const char* requirement_of_free(const Origin& buffer);
const char* requirement_of_reallocate(const Origin& old, Dword bytes, bool aliased, const Circumstances& circumstances);
const char* requirement_of_size(const Origin& buffer);

// Whether a request of this requirement may be refused by an implementation that meets all that is known better.
bool is_beyond_what_is_granted(const char* requirement);

// The requirement that says that a call comes back, with success or an error. A request that need not be met, and every one
// while memory is limited, has to come back with an error: a process that ends there breaks that. `to_succeed` is what a
// function above has returned, or another requirement, which is returned as it is: it is compared by its address.
const char* requirement_to_return(Function function, const char* to_succeed, bool is_memory_limited);

}  // namespace conformance
