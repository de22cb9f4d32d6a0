// The three ways an input may end. There is no fourth: that is what the fuzzers try to refute.

namespace Galley.Fuzzing;

/// <summary>How a codec judged an input.</summary>
enum Ending : byte
{
    Value,
    NeedMore,
    Rejection,
}
