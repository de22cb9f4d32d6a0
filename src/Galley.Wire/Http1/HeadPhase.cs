// Where an interrupted parse continues. Order matters: everything from Complete on is final.

namespace Galley.Wire.Http1;

enum HeadPhase : byte
{
    Start,
    Method,
    Target,
    Version,
    Fields,
    Complete,
    Rejected,
}
