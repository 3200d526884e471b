// What a property needs of an implementation beside its functions, and a connector cannot give.
#pragma once

namespace conformance {

enum class Needs {
  own_process,       // the default: its own process, until somebody finds out that it needs less
  only_calls,        // nothing: it makes calls with buffers that it was given, one at a time, and uses these buffers
  speed,             // to end soon: it makes very many calls, or uses very much memory, and each takes far longer there
  addresses,         // where buffers lie, or their addresses as contents
  threads,           // several threads that make calls
  memory_limit,      // a limit of the memory of its process
  memory_figures,    // how much memory its process has
  variables,         // out-parameters' variables at addresses of the property's choice
  errors_of_others,  // errors that other calls left in its thread
  end_of_process,    // to unload it, or to end its process
  retrieving,        // other functions, which return buffers
};

// Why a connector does not reach a property that needs this, as a clause.
const char* reason_of(Needs needs) noexcept;

}  // namespace conformance
