#include "worker/property.hpp"

#include <utility>

#include "worker/catalogue.hpp"

namespace conformance {

std::deque<Case>& registered_properties() {
  static std::deque<Case> properties;
  return properties;
}

Property::Property(PropertyDescription description, void (*body)(Api& api)) {
  Case property = {.id = description.id,
                   .title = description.title,
                   .requirements = std::move(description.requirements),
                   .relies_on = std::move(description.relies_on),
                   .functions = {},
                   .any_of = std::move(description.any_of),
                   .alone = description.alone,
                   .undisturbed = description.undisturbed,
                   .property = [body](CaseRun& run, Subject& subject) {
                     Api api(run, subject);
                     body(api);
                   }};
  for (const Function function : description.functions) property.functions.emplace_back(name_of(function));
  registered_properties().push_back(std::move(property));
}

}  // namespace conformance
