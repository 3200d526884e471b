#include "worker/property.hpp"

#include <utility>

#include "worker/catalogue.hpp"
#include "worker/shadow.hpp"

namespace conformance {

std::deque<Case>& registered_properties() {
  static std::deque<Case> properties;
  return properties;
}

namespace {

void execute_property(void (*body)(Api& api), CaseRun& run, Subject& subject) {
  if (subject.connector == nullptr) {
    Api api(run, subject);
    return body(api);
  }
  Shadow shadow(run, *subject.connector);
  shadow.execute([&] {
    Api api(run, subject, &shadow);
    body(api);
  });
}

}  // namespace

Property::Property(PropertyDescription description, void (*body)(Api& api)) {
  Case property = {.id = description.id,
                   .title = description.title,
                   .requirements = std::move(description.requirements),
                   .relies_on = std::move(description.relies_on),
                   .functions = {},
                   .any_of = std::move(description.any_of),
                   .needs = description.needs,
                   .alone = description.alone,
                   .undisturbed = description.undisturbed,
                   .property = [body](CaseRun& run, Subject& subject) { execute_property(body, run, subject); }};
  for (const Function function : description.functions) property.functions.emplace_back(name_of(function));
  registered_properties().push_back(std::move(property));
}

}  // namespace conformance
