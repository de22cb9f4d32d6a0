// Money is a whole number of cents beside the code of its currency: no fraction is ever rounded, and no client has to guess what 850 means.

namespace Restaurant;

/// <summary>The one currency this restaurant counts in.</summary>
static class Money
{
    /// <summary>Its ISO 4217 code; amounts are in its minor unit.</summary>
    public const string Currency = "EUR";
}
