// DEVIATES: allocate/capacity. No more than 65536 buffers can live at once. Caught by: allocate/capacity-100000-live-buffers.
#include "limited.hpp"

struct Faulty : Limited<Faulty> {
  static constexpr int most_live = 65536;
};

EXPORT_ALL(Faulty)
