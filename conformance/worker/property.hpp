// Properties: cases that need a loop, a thread, a limit or a random choice. Each file in conformance/properties holds
// those of one subject; nothing else has to know it.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "worker/api.hpp"
#include "worker/needs.hpp"

namespace conformance {

struct Case;

// All properties, in the order in which their files are linked.
std::deque<Case>& registered_properties();

struct PropertyDescription {
  const char* id;
  const char* title;
  std::vector<std::string> requirements;
  std::vector<std::string> relies_on = {};  // at least what is known less well than all of the requirements
  std::vector<Function> functions;
  Needs needs = Needs::own_process;  // of the implementation, beside its functions
  bool alone = false;
  bool undisturbed = false;  // no other case is run meanwhile: its threads meet only where they have the cores
  std::vector<std::string> any_of = {};  // the retrieving functions, one of which it needs
};

// A property is a static object of this type:
//
//   static const Property keeps_contents(
//       {.id = "reallocate/…", .title = "…", .requirements = {"reallocate/…"}, .functions = {Function::reallocate}},
//       [](Api& api) { … });
class Property {
 public:
  Property(PropertyDescription description, void (*body)(Api& api));
};

}  // namespace conformance
