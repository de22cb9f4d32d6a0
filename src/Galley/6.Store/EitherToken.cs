// Two reasons to stop as one token. Where there is only one, nothing is allocated.

namespace Galley;

/// <summary>A token that fires when the first of two does. Dispose it when the call that it was made for has ended.</summary>
public readonly struct EitherToken : IDisposable
{
    private readonly CancellationTokenSource? _linked;
    private readonly CancellationToken _first;
    private readonly CancellationToken _second;

    /// <summary>Takes the two; either may be one that never fires.</summary>
    /// <param name="first">What the caller passed: it is named when both have fired.</param>
    /// <param name="second">What holds anyway: the end of the request, the token of the transaction.</param>
    public EitherToken(CancellationToken first, CancellationToken second)
    {
        (_first, _second) = (first, second);
        if (first.CanBeCanceled && second.CanBeCanceled && first != second) _linked = CancellationTokenSource.CreateLinkedTokenSource(first, second);
    }

    /// <summary>Whether there really are two.</summary>
    public bool IsLinked => _linked is not null;

    /// <summary>What to pass on.</summary>
    public CancellationToken Token => _linked?.Token ?? (_first.CanBeCanceled ? _first : _second);

    /// <summary>The token that fired: what the caller knows, not the linked one.</summary>
    public CancellationToken Fired => _first.IsCancellationRequested || !_second.CanBeCanceled ? _first : _second;

    /// <summary>Whether a failure is this token's.</summary>
    public bool IsBehind(OperationCanceledException failure) => IsLinked && failure is not null && failure.CancellationToken == _linked!.Token;

    /// <summary>Lets go of both.</summary>
    public void Dispose() => _linked?.Dispose();
}
