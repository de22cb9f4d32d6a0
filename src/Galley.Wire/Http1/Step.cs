// How one part of the parser ends, inside.

namespace Galley.Wire.Http1;

enum Step : byte
{
    Done,
    NeedMore,
    Rejected,
}
