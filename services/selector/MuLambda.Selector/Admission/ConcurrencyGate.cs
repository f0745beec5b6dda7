using Microsoft.Extensions.Options;

namespace MuLambda.Selector;

/// <summary>Bounds the inferences at a time; what does not fit is refused at once.</summary>
internal sealed class ConcurrencyGate(IOptions<SelectorOptions> options)
{
    private int _inside;

    public int Limit { get; } = options.Value.MaxConcurrentRequests;

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inside) <= Limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _inside);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inside);
}
