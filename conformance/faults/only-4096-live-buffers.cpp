// DEVIATES: allocate/capacity. No more than 4096 buffers can live at once. Caught by: allocate/capacity-100000-live-buffers.
#include "limited.hpp"

struct Faulty : Limited<Faulty> {
  static constexpr int most_live = 4096;
};

EXPORT_ALL(Faulty)
